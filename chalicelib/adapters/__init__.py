"""One AWS service or one source each; vendor errors are translated at once.

What takes one or two modules stands here. The rooms:

| room           | what it holds                                                            |
|----------------|--------------------------------------------------------------------------|
| `aws`          | how requests to AWS are made: clients, connections, signatures           |
| `catalog`      | the stored catalogue: its items, read by exports and written by syncs    |
| `export_files` | the tables of exports: jobs, segments, histories, lists                  |
| `shops`        | the tables of shops: installations, keys, tokens, marks, states of syncs |
| `saleor`       | a shop on Saleor, as the installed app sees it                           |
| `live`         | records that a connected shop gives while an export runs                 |
"""

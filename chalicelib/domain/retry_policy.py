"""The retry policy: who repeats what, how often, and who finishes a job if a worker dies.

| what fails                   | who repeats it                  | how often                       |
|------------------------------|---------------------------------|---------------------------------|
| a conditional write          | the caller, on a job read anew  | MAX_CONFLICTS                   |
| a call of AWS                | adapters/aws/clients.py         | for seconds                     |
| a step: Unavailable, a crash | the queue, by another delivery  | MAX_RECEIVES times              |
| a job, a segment             | the next worker, by a new claim | MAX_ATTEMPTS, then it fails     |
| a message that was lost      | the schedule, by a new one      | LEASE_SECONDS, later its age    |
| a job that no worker reaches | the schedule, which fails it    | after PENDING_SECONDS           |
| a mail, a bus event          | the schedule                    | LEASE_SECONDS, until the expiry |
| the removal of objects       | the schedule                    | LEASE_SECONDS, until it works   |

An attempt is a claim: a worker began. A delivery that starts no worker is not an attempt, although
SQS counts it: it counts throttled ones. ExportFailed and unexpected errors are not repeated: the
same data would fail again.
"""

from __future__ import annotations

from typing import Final

# Each conflict means that another writer succeeded. Ten in a row are a defect, not bad luck.
MAX_CONFLICTS: Final = 10

# Claims of a job before it fails. Segments that are handed out start the count again.
MAX_ATTEMPTS: Final = 5
# Longer than any function runs: a lease that has ended belongs to a worker that is gone.
LEASE_SECONDS: Final = 330
# Both belong to the export queue. A message comes again after the lease of its worker, not before.
VISIBILITY_SECONDS: Final = 360
MAX_RECEIVES: Final = 5

# A job that no worker has claimed by then: its message was lost or never sent.
UNCLAIMED_SECONDS: Final = 120
# Longer than VISIBILITY_SECONDS: a second message beside the queue's own would use up attempts.
RELEASED_SECONDS: Final = 420
# The worker notifies at once; the schedule steps in if that did not happen.
UNNOTIFIED_SECONDS: Final = 60
# A job that is pending for longer fails. SQS keeps its message for four days.
PENDING_SECONDS: Final = 24 * 60 * 60

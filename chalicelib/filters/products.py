CHANNEL_FIELDS={}
def make_context(*a): return None
def make_predicate(f,c): return lambda d: True
def check_filter(f): pass

"""Times that decide how soon a dead worker is replaced, and how much the others ask meanwhile.

A worker that dies leaves its leases to end (LEASE_S); another sees that, unpacks the checkpoint and decides again on the frames
after it (a second or two; more on a busy machine): less than 10 s in all.
"""

LEASE_S = 4.0
"""Duration of a lease, s. Chosen: longer, and a dead worker is replaced later; shorter, and a busy machine that delays a few
beats loses corridors that it could have kept."""
BEAT_S = 1.0
"""Time between two beats: leases renewed, free corridors taken, the report told, s. Chosen: a lease ends after four."""
SETTLE_S = 3.0
"""Time after the database was gone in which a worker takes nothing, s. Chosen: three beats, so that the others renew their
leases first, and corridors do not change hands for nothing."""
FORGET_S = 3600.0
"""Time after which a worker that ended is no longer listed, s. Chosen: an hour, to be seen by who looks why something was slow."""
AGAIN_S = 0.5
"""Time between two tries where Redis or the database does not answer, s. Chosen: a server is back in seconds."""
BLOCK_S = 0.25
"""Time that a read of an empty stream waits in Redis, s. Chosen: a corridor is given back that soon."""
REPORT_KEPT_S = 60.0
"""Time after which Redis forgets the report of a worker, s. Chosen: long enough that the last words of a dead one are read."""
KEEP_POSITION_S = 5.0
"""Time between two looks for entries that can go though no frame closes (late readings), s. Chosen: they are few."""

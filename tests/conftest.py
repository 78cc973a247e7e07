"""One OpenMP thread in the tests' own process: scikit-learn's threads wait for each other where tests run side by side."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

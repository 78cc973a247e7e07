"""Every kind of file that a command reads, with the commands that read it: what `mutated_inputs` damages and runs."""

from tests.robustness.model_input_kinds import MODEL_KINDS
from tests.robustness.recording_input_kinds import RECORDING_KINDS
from tests.robustness.result_input_kinds import RESULT_KINDS
from tests.robustness.setup_input_kinds import SETUP_KINDS

KINDS = (*SETUP_KINDS, *RECORDING_KINDS, *MODEL_KINDS, *RESULT_KINDS)

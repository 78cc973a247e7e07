"""A trained model of normal rows and a threshold as a detector that says why."""

from detectors.anomaly.anomaly_evidence import AnomalyEvidence
from detectors.anomaly.anomaly_model_file import TrainedAnomalyDetector
from detectors.anomaly.anomaly_scorer import AnomalyScorer
from detectors.calibration.section_thresholds import thresholds_on
from detectors.threshold_detector import Thresholded
from scenarios.corridor import Corridor


class AnomalyDetector(Thresholded):
    """Alarms where a section's novelty exceeds the threshold for `aim`; `evidence` says what it is made of.

    Raises UserError for an aim that the model has no threshold for, and for frames of another period than it was trained on.
    """

    def __init__(self, corridor: Corridor, trained: TrainedAnomalyDetector, aim: float) -> None:
        trained.check_period(corridor)
        scorer = AnomalyScorer(corridor, trained)
        super().__init__(corridor, scorer, thresholds_on(corridor, trained.threshold(aim), trained.feedback))
        self._anomaly = scorer

    @property
    def evidence(self) -> AnomalyEvidence:
        """The section's novelty after the last frame, and the features behind it."""
        return self._anomaly.evidence

"""The members and methods of an ensemble, as options of a calibration name them."""

from detectors.catalogue import member_source
from detectors.ensemble.ensemble_entry import EnsembleChoice, ensemble_choice
from detectors.ensemble.ensemble_parameters import NAME as ENSEMBLE
from scenarios.errors import UserError, at


def calibrated_ensemble(detector: str, members: str | None, method: str | None) -> EnsembleChoice | None:
    """Return the members and methods of an ensemble as options name them; None where they name none.

    Raises UserError where they are given for another detector, or name what there is not.
    """
    if members is None and method is None:
        return None
    if detector != ENSEMBLE:
        option = "--members" if members is not None else "--method"
        raise UserError(f"{option} is for {ENSEMBLE} alone, got it for {detector}")
    source = member_source()
    try:
        choice = ensemble_choice(members, method)
        for name, _ in choice.members:
            source.entry(name)
    except UserError as error:
        raise error if str(error).startswith("--") else at("--members", error) from None
    return choice

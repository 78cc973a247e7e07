import numpy as np
import pytest

from detectors.faults.fit_gaussian_process import closest, fit_predictor
from detectors.faults.gaussian_process import STORED, SensorPredictor, conditioned
from simulator.frame import Array

NAN = float("nan")


def one_point(noise: float = 0.5) -> SensorPredictor:
    """Two sensors, each from the other, trained on one point (0 -> 1), l = sigma_f = 1."""
    return conditioned(
        np.array([[1], [0]]),
        np.zeros(2),
        np.ones(2),
        np.zeros((2, 1, 1)),
        np.ones((2, 1)),
        np.ones((2, 1)),
        np.ones(2),
        np.full(2, noise),
    )


def along_a_road(times: int, sensors: int = 5) -> tuple[Array, Array]:
    """Values that differ by a factor and little noise, and the sensors' distances."""
    rng = np.random.default_rng(3)
    level = 200 + 100 * np.sin(np.arange(times) / 9)
    values = level[:, None] * np.linspace(0.8, 1.2, sensors) + rng.normal(0, 2, (times, sensors))
    place = np.arange(sensors) * 800.0
    return values, np.abs(place[:, None] - place)


@pytest.fixture(scope="module")
def fitted() -> SensorPredictor:
    values, distances = along_a_road(120)
    return fit_predictor(values, distances, n=3, points=40).predictor


def test_the_prediction_from_one_training_point_by_hand() -> None:
    predicted = one_point().predict(np.array([9.0, 1.0]))
    k = np.exp(-0.5)  # between 0 and 1
    assert predicted.mean[0] == pytest.approx(k / 1.25)
    assert predicted.deviation[0] == pytest.approx(np.sqrt(1.25 - k**2 / 1.25))


def test_the_prediction_is_that_of_scikit_learn(fitted: SensorPredictor) -> None:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel

    kernel = ConstantKernel(float(fitted.signal[2]) ** 2) * RBF(fitted.lengths[2])
    theirs = GaussianProcessRegressor(kernel, alpha=float(fitted.noise[2]) ** 2, optimizer=None)
    theirs.fit(fitted.points[2], fitted.targets[2])
    values = along_a_road(130)[0][125]
    z = ((values - fitted.centre) / fitted.scale)[fitted.neighbours[2]]
    mean, deviation = theirs.predict(z[None], return_std=True)
    ours = fitted.predict(values)
    assert ours.mean[2] == pytest.approx(mean[0] * fitted.scale[2] + fitted.centre[2], rel=1e-6)
    whole = np.hypot(deviation[0], fitted.noise[2]) * fitted.scale[2]  # with the noise of what is measured next
    assert ours.deviation[2] == pytest.approx(whole, rel=1e-5)


def test_residuals_of_healthy_values_have_deviation_one(fitted: SensorPredictor) -> None:
    values = along_a_road(400)[0][120:]
    predicted = fitted.predict_all(values)
    z = (values - predicted.mean) / predicted.deviation
    assert 0.7 < z.std() < 1.3


def test_a_missing_input_is_made_up_for_and_makes_less_sure(fitted: SensorPredictor) -> None:
    values = along_a_road(130)[0][125]
    holed = values.copy()
    holed[fitted.neighbours[2, 0]] = NAN
    whole, guessed = fitted.predict(values), fitted.predict(holed)
    assert abs(guessed.mean[2] - values[2]) < 4 * guessed.deviation[2]
    assert guessed.deviation[2] > whole.deviation[2] * 0.999


def test_a_sensor_with_too_few_inputs_is_not_predicted(fitted: SensorPredictor) -> None:
    values = along_a_road(130)[0][125]
    values[fitted.neighbours[2, :2]] = NAN
    predicted = fitted.predict(values)
    assert np.isnan(predicted.mean[2])
    assert np.isnan(predicted.deviation[2])
    assert np.isfinite(predicted.deviation[~np.isnan(predicted.mean)]).all()


def test_a_sensors_own_value_changes_nothing_in_its_prediction(fitted: SensorPredictor) -> None:
    values = along_a_road(130)[0][125]
    wrong = values.copy()
    wrong[2] *= 1.5
    assert fitted.predict(wrong).mean[2] == fitted.predict(values).mean[2]


def test_n_is_the_number_of_closest_sensors_that_predicts_best() -> None:
    rng = np.random.default_rng(5)
    level = rng.normal(100, 20, 90)
    values = np.column_stack([level, level, rng.normal(100, 20, (90, 2))]) + rng.normal(0, 0.5, (90, 4))
    place = np.array([0.0, 1.0, 1000.0, 1001.0])
    found = fit_predictor(values, np.abs(place[:, None] - place), candidates=(1, 3), points=30)
    assert set(found.errors) == {1, 3}
    assert found.predictor.neighbours.shape[1] == min(found.errors, key=lambda n: found.errors[n])


def test_the_closest_sensors_are_in_order_and_never_the_sensor_itself() -> None:
    place = np.array([0.0, 10.0, 30.0])
    assert closest(np.abs(place[:, None] - place), 2).tolist() == [[1, 2], [0, 2], [1, 0]]


def test_predictors_follow_from_what_is_stored_of_them(fitted: SensorPredictor) -> None:
    values = along_a_road(130)[0][125]
    again = conditioned(**{name: getattr(fitted, name) for name in STORED}).predict(values)
    assert np.array_equal(again.mean, fitted.predict(values).mean)


@pytest.mark.parametrize(
    ("values", "distances", "message"),
    [
        (np.ones((9, 3)), np.zeros((4, 4)), "one column each"),
        (np.full((9, 3), NAN), np.zeros((3, 3)), "have no values"),
        (np.ones((5, 3)), np.zeros((3, 3)), "are known together at 5 times"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(values: Array, distances: Array, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_predictor(values, distances, n=2)


def test_values_of_another_number_of_sensors_are_refused(fitted: SensorPredictor) -> None:
    with pytest.raises(ValueError, match="one value for each of 5 sensors"):
        fitted.predict(np.ones(4))

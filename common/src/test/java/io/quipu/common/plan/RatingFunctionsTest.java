package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RatingFunctionsTest {

    private static final Window MONTH = Window.parse("2026-11");
    private static final BigDecimal PRICE = new BigDecimal("0.5");
    private static final Value FOUR = Value.of(new BigDecimal("4"));

    @Test
    void costAndChargeAreWhatTheFormulasSay() {
        RatingFunctions functions = rated("(price, qty) => ({ each: price, n: qty })",
                "(t, cost, from, to) => cost.each * cost.n * (Math.min(t, to) - from)", null).orElseThrow();

        Value cost = functions.cost(PRICE, FOUR);
        assertThat(cost).isEqualTo(new Value.Structure(new TreeMap<>(Map.of("each", Value.of(PRICE), "n", FOUR))));
        assertThat(functions.charge(MONTH.from() + 3, cost, MONTH)).isEqualByComparingTo("6");
        assertThat(functions.charge(0, FOUR, MONTH)).as("no member to multiply").isZero();
    }

    @Test
    void aMissingFunctionIsPriceTimesQuantityAndTheCostItself() {
        RatingFunctions half = rated(null, "(t, cost) => cost / 2", null).orElseThrow();
        assertThat(half.cost(PRICE, FOUR).asNumber()).isEqualByComparingTo("2");
        assertThat(half.charge(0, FOUR, MONTH)).isEqualByComparingTo("2");
        assertThatThrownBy(() -> half.cost(PRICE, new Value.Structure(new TreeMap<>()))).isInstanceOfSatisfying(
                MeteringException.class, refused -> assertThat(refused.code()).isEqualTo("rating_failed"));
        assertThatThrownBy(() -> half.cost(new BigDecimal("1e29"), Value.of(BigDecimal.TEN)))
                .isInstanceOf(MeteringException.class).hasMessageContaining("1E+30");

        RatingFunctions twice = rated("(price, qty) => price * qty * 2", null, null).orElseThrow();
        assertThat(twice.cost(PRICE, FOUR).asNumber()).isEqualByComparingTo("4");
        assertThat(twice.charge(0, FOUR, MONTH)).isEqualByComparingTo("4");
        assertThat(twice.charge(0, new Value.Structure(new TreeMap<>()), MONTH)).isZero();
    }

    @Test
    void aCostThatIsNoneRejectsTheUsage() {
        for (String rate : List.of("(price, qty) => qty / 0", "(price, qty) => null", "(price, qty) => qty.x * price")) {
            assertThatThrownBy(() -> rated(rate, null, null).orElseThrow().cost(PRICE, FOUR)).as(rate).isInstanceOfSatisfying(
                    MeteringException.class, refused -> assertThat(refused.code()).isEqualTo("rating_failed"));
        }
    }

    @Test
    void whatWasRecognizedIsRatedByTheBuiltInFunctionUnlessTheMetricRunsAsFormulas() {
        String rate = "(price, qty) => price * qty";
        assertThat(rated(rate, null, "per_unit")).isEmpty();
        assertThat(plan("m => m.m", rate, "per_unit").ratingFunctions("m")).isPresent();
        assertThat(plan(null, rate, "per_unit").rate("m")).isEqualTo(Rate.PER_UNIT);
        assertThat(plan("m => m.m", "tiered", null).ratingFunctions("m")).as("has no function").isEmpty();
        assertThat(plan("m => m.m", "tiered", null).rate("m")).isEqualTo(Rate.TIERED);
    }

    private static Optional<RatingFunctions> rated(String rate, String charge, String executes) {
        return CompiledPlan.of(version(null, new RatingPlan.Metric("m", rate, charge, executes))).ratingFunctions("m");
    }

    private static CompiledPlan plan(String meter, String rate, String executes) {
        return CompiledPlan.of(version(meter, new RatingPlan.Metric("m", rate, null, executes)));
    }

    private static PlanVersion version(String meter, RatingPlan.Metric rating) {
        return new PlanVersion("p", new MeteringPlan("mp", List.of(), List.of(
                new MeteringPlan.Metric("m", "U", null, meter, null))), new RatingPlan("rp", List.of(rating)),
                new PricingPlan("pp", List.of()));
    }
}

package io.quipu.common.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.usage.PlanPath;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompiledPlanTest {

    private final CompiledPlan plan = CompiledPlan.of(plan("basic"));

    @Test
    void functionsComeInThePlansOrder() {
        assertThat(plan.functions().keySet()).containsExactly("z", "a", "m");
        assertThat(plan.functions("a")).isSameAs(plan.functions().get("a"));
    }

    @Test
    void aMetricIsRatedAsTheRatingPlanSaysAndElsePerUnit() {
        assertThat(plan.rate("z")).isEqualTo(Rate.PACKAGE);
        assertThat(plan.rate("a")).isEqualTo(Rate.PER_UNIT);
        assertThat(plan.rate("m")).isEqualTo(Rate.PER_UNIT);
    }

    @Test
    void aPriceIsFoundByCountryAndCurrency() {
        assertThat(plan.price("z", "USA", "USD")).contains(Prices.packages("10", "1", null));
        assertThat(plan.price("z", "USA", "EUR")).isEmpty();
        assertThat(plan.price("z", "DEU", "EUR")).isEmpty();
        assertThat(plan.price("a", "USA", "USD")).isEmpty();
    }

    @Test
    void thePathHasAllFourIds() {
        assertThat(plan.path()).isEqualTo(new PlanPath("basic", "m1", "r1", "p1"));
    }

    @Test
    void aMetricThatThePlanDoesNotHaveIsABug() {
        assertThatThrownBy(() -> plan.functions("x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plan basic/m1/r1/p1 has no metric x");
        assertThatThrownBy(() -> plan.rate("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void compiledPlansAreKeptUpToTheCapacityAndThenMadeAgain() {
        CompiledPlans plans = new CompiledPlans(2);
        CompiledPlan first = plans.get("1", plan("one"));
        CompiledPlan second = plans.get("2", plan("two"));
        assertThat(plans.get("1", plan("one"))).isSameAs(first);
        plans.get("3", plan("three"));
        assertThat(plans.get("1", plan("one"))).as("used lately").isSameAs(first);
        CompiledPlan again = plans.get("2", plan("two"));
        assertThat(again).as("not used for longest").isNotSameAs(second);
        assertThat(again.path()).isEqualTo(second.path());
    }

    private static PlanVersion plan(String name) {
        return new PlanVersion(name, new MeteringPlan("m1", List.of(), List.of(metric("z"), metric("a"), metric("m"))),
                new RatingPlan("r1", List.of(new RatingPlan.Metric("z", "package"), new RatingPlan.Metric("a", null))),
                new PricingPlan("p1", List.of(new PricingPlan.Metric("z", List.of(Prices.packages("10", "1", null))))));
    }

    private static MeteringPlan.Metric metric(String name) {
        return new MeteringPlan.Metric(name, "UNIT", null, null, null);
    }
}

package io.quipu.reporting.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import io.quipu.reporting.audit.FoldedUsage.Fate;
import io.quipu.reporting.source.Collector.LoggedUsage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fold, by numbers worked out by hand. */
class MonthFoldTest {

    private static final long NOON = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

    private final MonthFold fold = new MonthFold(Map.of(), 1_000);
    private int position;

    private static BigDecimal number(String text) {
        return text == null ? null : new BigDecimal(text);
    }

    private void plan(String meter, String accumulate, String rate, Price price) {
        plan("plan", meter, accumulate, rate, price);
    }

    private void plan(String id, String meter, String accumulate, String rate, Price price) {
        fold.plan(id, new PlanVersion(id, new MeteringPlan("m", List.of(),
                List.of(new MeteringPlan.Metric("metric", "U", null, meter, accumulate))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("metric", rate))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("metric", price == null ? null : List.of(price))))));
    }

    private static Price perUnit(String price, String free) {
        return new Price("USA", null, number(price), number(free), null, null);
    }

    private static Price tiers(String free) {
        return new Price("USA", null, null, number(free), List.of(new Price.Tier(number("10"), number("0.5")),
                new Price.Tier(number("20"), number("0.4")), new Price.Tier(null, number("0.1"))), null);
    }

    private static Price packages(String free) {
        return new Price("USA", null, number("3"), number(free), null, number("5"));
    }

    private LoggedUsage usage(String instance, String dedupId, long end, String plan, String currency, String... measures) {
        List<MeasuredQuantity> measured = new ArrayList<>();
        for (int i = 0; i < measures.length; i += 2) {
            measured.add(new MeasuredQuantity(measures[i], number(measures[i + 1])));
        }
        return new LoggedUsage(position++, NOON, null, new Origin("org", "space", "app", "r", plan, instance, end, end),
                new Pin("1234", "USA", currency, "r", plan), measured, dedupId, null, null);
    }

    private FoldedUsage fold(String instance, long end, String... measures) {
        return fold.fold(usage(instance, Integer.toString(position), end, "plan", "USD", measures));
    }

    private static String quantity(FoldedUsage folded) {
        return folded.effects().get(0).month().after().quantity().toPlainString();
    }

    private static String cost(FoldedUsage folded) {
        return folded.effects().get(0).month().cost().stripTrailingZeros().toPlainString();
    }

    @Test
    void metricsOfFormulasAreLeftOutAndTheOthersAreFolded() {
        PlanVersion version = new PlanVersion("plan", new MeteringPlan("m", List.of(), List.of(
                new MeteringPlan.Metric("metered", "U", null, "m => m.a", null),
                new MeteringPlan.Metric("summarized", "U", null, "a", "sum", null, null, "(t, quantity) => 2 * quantity"),
                new MeteringPlan.Metric("rated", "U", null, "a", "sum"),
                new MeteringPlan.Metric("charged", "U", null, "a", "sum"),
                new MeteringPlan.Metric("recognized", "U", null, "a", "sum"))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("rated", "(price, quantity) => price"),
                        new RatingPlan.Metric("charged", null, "(t, cost) => 2 * cost", null),
                        new RatingPlan.Metric("recognized", "(price, quantity) => price * quantity", null, "per_unit"))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("recognized", List.of(perUnit("2", null))))));
        fold.plan("plan", version);

        FoldedUsage folded = fold("i", NOON, "a", "3");

        assertThat(folded.fate()).isEqualTo(Fate.COUNTED);
        assertThat(folded.effects()).extracting(FoldedUsage.Effect::metric).containsExactly("recognized");
        assertThat(cost(folded)).isEqualTo("6");
        assertThat(folded.whole()).isFalse();
        assertThat(fold.levels()).isEmpty();
        assertThat(fold.leftOut()).containsOnlyKeys(version.path());
        assertThat(fold.leftOut().get(version.path())).containsExactly("charged", "metered", "rated", "summarized");
    }

    @ParameterizedTest
    @CsvSource({"sum,6", "max,5", "min,-1", "last,-1", "count,3"})
    void theAccumulateFunctions(String accumulate, String expected) {
        plan("a", accumulate, "per_unit", null);
        fold("i", NOON, "a", "2");
        fold("i", NOON + 1, "a", "5");
        assertThat(quantity(fold("i", NOON + 1, "a", "-1"))).isEqualTo(expected);
    }

    @Test
    void whatEndedBeforeIsNotTheLast() {
        plan("a", "last", "per_unit", perUnit("2", null));
        fold("i", NOON, "a", "5");
        FoldedUsage late = fold("i", NOON - 1, "a", "9");
        assertThat(quantity(late)).isEqualTo("5");
        assertThat(cost(late)).isEqualTo("0");
        assertThat(late.effects().get(0).month().after().end()).isEqualTo(NOON);
        assertThat(late.effects().get(0).hour().after().quantity()).as("11 o'clock has its own").isEqualByComparingTo("9");
    }

    @Test
    void windowsAreHoursDaysAndMonthsOfUtc() {
        plan("a", "max", "per_unit", null);
        long midnight = Instant.parse("2026-11-22T00:00:00Z").toEpochMilli();
        fold("i", midnight - 1, "a", "5");
        FoldedUsage after = fold("i", midnight, "a", "3");
        assertThat(after.month().id()).isEqualTo("2026-11");
        assertThat(after.day().id()).isEqualTo("2026-11-22");
        assertThat(after.hour()).isZero();
        assertThat(after.effects().get(0).month().change()).isEqualByComparingTo("0");
        assertThat(after.effects().get(0).day().change()).isEqualByComparingTo("3");
    }

    /** Usages of 4 each, of different instances: what the organization's total makes each of them cost. */
    @Test
    void theRateFunctions() {
        assertThat(costs("per_unit", perUnit("0.5", null))).containsExactly("2", "2", "2", "2", "2", "2", "2");
        assertThat(costs("per_unit", perUnit("0.5", "10"))).containsExactly("0", "0", "1", "2", "2", "2", "2");
        assertThat(costs("tiered", tiers(null))).containsExactly("2", "2", "1.8", "1.6", "1.6", "0.4", "0.4");
        assertThat(costs("tiered", tiers("1"))).containsExactly("1.5", "2", "1.9", "1.6", "1.6", "0.7", "0.4");
        assertThat(costs("volume", tiers(null))).containsExactly("2", "2", "0.8", "1.6", "1.6", "-5.6", "0.4");
        assertThat(costs("package", packages(null))).containsExactly("3", "3", "3", "3", "0", "3", "3");
        assertThat(costs("package", packages("3"))).containsExactly("3", "0", "3", "3", "3", "3", "0");
        assertThat(costs("per_unit", null)).containsOnly("0");
    }

    private static List<String> costs(String rate, Price price) {
        MonthFoldTest fresh = new MonthFoldTest();
        fresh.plan("a", "sum", rate, price);
        List<String> costs = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            costs.add(cost(fresh.fold("i" + i, NOON, "a", "4")));
        }
        return costs;
    }

    @Test
    void aCorrectionGivesBackWhatWasCharged() {
        plan("a", "sum", "tiered", tiers("2"));
        assertThat(cost(fold("i", NOON, "a", "13"))).isEqualTo("5.4");
        assertThat(cost(fold("i", NOON, "a", "-12"))).isEqualTo("-5.4");
        assertThat(cost(fold("i", NOON, "a", "-100"))).isEqualTo("0");
    }

    @Test
    void productsAreRoundedToThirtyFourDigitsAndSumsAreExact() {
        plan("a / 3", "sum", "per_unit", perUnit("0.7", null));
        FoldedUsage third = fold("i", NOON, "a", "1");
        assertThat(quantity(third)).isEqualTo("0." + "3".repeat(34));
        assertThat(cost(third)).as("0.7 thirds have 35 digits, the last of them a 1").isEqualTo("0.2" + "3".repeat(33));
    }

    @Test
    void aMetricWithoutItsMeasuresIsNotFoldedAndAMissingMeasureIsZero() {
        plan("a - b", "sum", "per_unit", null);
        assertThat(fold("i", NOON, "c", "1").effects()).isEmpty();
        assertThat(quantity(fold("i", NOON, "b", "2"))).isEqualTo("-2");
    }

    @Test
    void theFirstUsageOfAKeyCountsWhateverTheOthersHold() {
        plan("a", "sum", "per_unit", null);
        List<Fate> fates = new ArrayList<>();
        for (String dedupId : new String[] {null, "", "x", null, "x", ""}) {
            fates.add(fold.fold(usage("i", dedupId, NOON, "plan", "USD", "a", "1")).fate());
        }
        assertThat(fates).containsExactly(Fate.COUNTED, Fate.COUNTED, Fate.COUNTED, Fate.DUPLICATE, Fate.DUPLICATE,
                Fate.DUPLICATE);
        assertThat(quantity(fold("i", NOON, "a", "1"))).isEqualTo("4");
    }

    @Test
    void itsOwnRulesRefuse() {
        plan("a / b", "sum", "per_unit", perUnit("9", null));
        assertThat(code(fold("i", NOON, "a", "1", "b", "0"))).isEqualTo("meter: metering_failed");
        assertThat(code(fold("i", NOON, "a", "9".repeat(30), "b", "0.1"))).isEqualTo("meter: quantity_out_of_bounds");
        assertThat(code(fold("i", NOON, "a", "2" + "0".repeat(29), "b", "1"))).isEqualTo("aggregator: cost_out_of_bounds");
        String large = "1" + "0".repeat(29);
        assertThat(fold("i", NOON, "a", large, "b", "1").fate()).isEqualTo(Fate.COUNTED);
        assertThat(code(fold("i", NOON, "a", "9".repeat(30), "b", "1"))).isEqualTo("accumulator: quantity_out_of_bounds");
        FoldedUsage euro = fold.fold(usage("i", "euro", NOON + 86_400_000L, "plan", "EUR", "a", "1", "b", "1"));
        assertThat(code(euro)).as("the month is charged in USD").isEqualTo("aggregator: currency_mismatch");
        assertThat(euro.effects()).as("what it would have done").hasSize(1);
        assertThat(quantity(fold("i", NOON, "a", "1", "b", "1"))).as("none of them was counted")
                .isEqualTo(number(large).add(BigDecimal.ONE).toPlainString());
    }

    private static String code(FoldedUsage folded) {
        assertThat(folded.fate()).isEqualTo(Fate.REJECTED);
        return folded.refused().getMessage();
    }

    @Test
    void aConsumerHasSoManyPlans() {
        for (int i = 0; i < 501; i++) {
            plan("plan-" + i, "a", "sum", "per_unit", null);
            FoldedUsage folded = fold.fold(usage("i", null, NOON, "plan-" + i, "USD", "a", "1"));
            assertThat(folded.fate()).isEqualTo(i < 500 ? Fate.COUNTED : Fate.REJECTED);
        }
        FoldedUsage known = fold.fold(usage("i", "again", NOON, "plan-7", "USD", "a", "1"));
        assertThat(known.fate()).isEqualTo(Fate.COUNTED);
    }

    @Test
    void whatWasDecidedElsewhereCountsNowhere() {
        Rejection parked = new Rejection(1, "operator", "broken", "parked");
        MonthFold decided = new MonthFold(Map.of(1L, parked), 10);
        decided.plan("plan", new PlanVersion("plan", new MeteringPlan("m", List.of(), List.of()),
                new RatingPlan("r", List.of()), new PricingPlan("p", List.of())));
        assertThat(decided.fold(usage("i", "a", NOON, "plan", "USD")).fate()).isEqualTo(Fate.COUNTED);
        FoldedUsage rejected = decided.fold(usage("i", "b", NOON, "plan", "USD"));
        assertThat(rejected.fate()).isEqualTo(Fate.REJECTED);
        assertThat(rejected.recorded()).isEqualTo(parked);
        assertThat(rejected.passes()).isFalse();
    }

    @Test
    void levelsAndEventsHaveNoEffectThatIsAudited() {
        plan(null, "time_weighted", "per_unit", perUnit("2", null));
        FoldedUsage level = fold.fold(usage("i", "1", NOON, "plan", "USD", "metric", "5"));
        assertThat(level.fate()).isEqualTo(Fate.COUNTED);
        assertThat(level.effects()).isEmpty();
        assertThat(level.whole()).isFalse();
        plan("other", null, "sum", "per_unit", null);
        LoggedUsage usage = usage("i", "2", NOON, "other", "USD", "metric", "5");
        LoggedUsage event = new LoggedUsage(usage.position(), NOON, null, usage.origin(), usage.pin(), usage.measuredUsage(),
                usage.dedupId(), null, null, new Event(Event.Kind.STOP, "e"));
        FoldedUsage stopped = fold.fold(event);
        assertThat(stopped.effects()).isEmpty();
        assertThat(stopped.whole()).isFalse();
        assertThat(stopped.passes()).as("it has no windows").isFalse();
        assertThat(fold.fold(usage("i", "3", NOON, "other", "USD", "metric", "5")).whole()).isTrue();
    }
}

package io.quipu.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What levels cost whose price is not proportional, by numbers worked out by hand, and that it adds up at every level. */
class PooledReportTest extends ReportingFixture {

    private static final PlanVersion TIERED = plan("tiered", new Price("USA", null, null, new BigDecimal("10"),
            List.of(new Price.Tier(new BigDecimal("100"), BigDecimal.ONE), new Price.Tier(null, new BigDecimal("0.5"))), null));

    private static PlanVersion plan(String rate, Price price) {
        return new PlanVersion("standard", new MeteringPlan("m", List.of(), List.of(
                new MeteringPlan.Metric("memory", "GB", null, null, "time_weighted"),
                new MeteringPlan.Metric("usage_hours", "HOUR", null, "duration / 3600000", "sum"))),
                new RatingPlan("r", List.of(new RatingPlan.Metric("memory", rate), new RatingPlan.Metric("usage_hours", rate))),
                new PricingPlan("p", List.of(new PricingPlan.Metric("memory", List.of(price)),
                        new PricingPlan.Metric("usage_hours", List.of(price)))));
    }

    private static Ledger.Used level(PlanVersion plan, String space, String consumer, String time, String change) {
        return level(plan, "memory", space, consumer, time, change);
    }

    private static Ledger.Used level(PlanVersion plan, String metric, String space, String consumer, String time, String change) {
        return new Ledger.Used(space, consumer, "i", "linux-container", plan, ms(time), Map.of(), Map.of(),
                List.of(new Ledger.Changed(metric, ms(time), new BigDecimal(change), BigDecimal.ZERO, true)));
    }

    private static List<String> costs(JsonNode scope, int unit) {
        List<String> costs = new ArrayList<>();
        scope.get("resources").get(0).get("plans").get(0).get("aggregated_usage").get(0).get("windows").get(unit)
                .forEach(slot -> {
                    costs.add(slot.isNull() ? "-" : slot.get("cost").decimalValue().stripTrailingZeros().toPlainString());
                    if (!slot.isNull()) {
                        assertThat(slot.get("charge")).isEqualTo(slot.get("cost"));
                    }
                });
        return costs;
    }

    /** 2 from the 10th at noon: 24, 48, 48 GB-hours. 10 are free, 100 at 1, the rest at 0.5. */
    @Test
    void tiersAreCrossedWithinTheMonthAndDaysAddUpToIt() {
        NEIGHBOURS.serve(new Ledger().add(level(TIERED, "space", "app:1", "2026-10-10T12:00:00Z", "2")));
        now("2026-10-13T00:00:00Z");
        JsonNode report = report("org/aggregated/usage?days=4&hours=25");
        // 120: 10 free, 100, and 10 at 0.5; by the 10th 14, by the 11th 62, by the 12th 105
        assertThat(costs(report, 4)).containsExactly("105", "-");
        assertThat(costs(report, 3)).containsExactly("0", "43", "48", "14");
        // on the 12th 72 had gone: 38 hours' worth at 1 until 19:00, then 1 an hour
        List<String> hours = costs(report, 2);
        assertThat(hours.subList(1, 6)).containsOnly("1");
        assertThat(hours.subList(6, 25)).containsOnly("2");
        assertThat(report.get("windows").get(4).get(0).get("charge").decimalValue()).isEqualByComparingTo("105");
        for (JsonNode scope : List.of(report.get("spaces").get(0), report.get("spaces").get(0).get("consumers").get(0))) {
            assertThat(costs(scope, 4)).containsExactly("105", "-");
            assertThat(costs(scope, 3)).containsExactly("0", "43", "48", "14");
        }
        // the past, up to the end of the 11th; and the month after, in which units are free again
        for (String now : List.of("2026-10-13T00:00:00Z", "2026-11-02T00:00:00Z")) {
            now(now);
            JsonNode past = report("org/aggregated/usage/" + ms("2026-10-11T08:00:00Z") + "?days=2");
            assertThat(costs(past, 4)).containsExactly("62", "-");
            assertThat(costs(past, 3)).containsExactly("48", "14");
        }
        JsonNode later = report("org/aggregated/usage?days=4");
        // 1032 in October: 100 + 922 at 0.5; 48 on November 1
        assertThat(costs(later, 4)).containsExactly("38", "561");
        assertThat(costs(later, 3)).containsExactly("0", "38", "24", "24");
    }

    @Test
    void volumePackageAndFreeUnits() {
        Price.Tier small = new Price.Tier(new BigDecimal("50"), BigDecimal.ONE);
        PlanVersion volume = plan("volume", new Price("USA", "USD", null, null,
                List.of(small, new Price.Tier(null, new BigDecimal("0.5"))), null));
        PlanVersion packages = plan("package", new Price("USA", "USD", new BigDecimal("7"), null, null, BigDecimal.TEN));
        PlanVersion free = plan("per_unit", new Price("USA", "USD", new BigDecimal("3"), new BigDecimal("30"), null, null));
        now("2026-10-12T00:00:00Z");
        for (PlanVersion plan : List.of(volume, packages, free)) {
            NEIGHBOURS.serve(new Ledger().add(level(plan, "space", "app:1", "2026-10-10T12:00:00Z", "2")));
            JsonNode report = report("org/aggregated/usage?days=3&months=1");
            // 24 on the 10th, 72 in all
            if (plan == volume) {
                assertThat(costs(report, 4)).containsExactly("36");
                assertThat(costs(report, 3)).containsExactly("0", "12", "24");
            } else if (plan == packages) {
                assertThat(costs(report, 4)).containsExactly("56");
                assertThat(costs(report, 3)).containsExactly("0", "35", "21");
            } else {
                assertThat(costs(report, 4)).containsExactly("126");
                assertThat(costs(report, 3)).containsExactly("0", "126", "0");
            }
        }
    }

    /** The first that comes has ended long ago: nothing is written of it, nor between it and the next. */
    @Test
    void whoHasNothingInTheReportLeavesNoTrace() {
        NEIGHBOURS.serve(new Ledger().add(level(TIERED, "space", "app:0", "2026-01-10T00:00:00Z", "1"))
                .add(level(TIERED, "space", "app:0", "2026-01-11T00:00:00Z", "-1"))
                .add(level(TIERED, "space", "app:1", "2026-10-10T00:00:00Z", "1")));
        now("2026-10-11T00:00:00Z");
        JsonNode consumers = report("org/aggregated/usage").get("spaces").get(0).get("consumers");
        assertThat(consumers).hasSize(1);
        assertThat(costs(consumers.get(0), 4)).containsExactly("14", "-");
        NEIGHBOURS.serve(new Ledger().add(new Ledger.Used("space", "app:0", "i", "linux-container", Plans.RUNTIME,
                ms("2026-01-10T00:00:00Z"), Map.of(), Map.of(), List.of(
                        new Ledger.Changed("memory", ms("2026-01-10T00:00:00Z"), BigDecimal.ONE, BigDecimal.ONE),
                        new Ledger.Changed("memory", ms("2026-01-11T00:00:00Z"), BigDecimal.ONE.negate(),
                                BigDecimal.ONE.negate()))))
                .add(new Ledger.Used("space", "app:1", "i", "linux-container", Plans.RUNTIME, ms("2026-10-10T00:00:00Z"),
                        Map.of(), Map.of(), List.of(new Ledger.Changed("memory", ms("2026-10-10T00:00:00Z"), BigDecimal.ONE,
                                BigDecimal.ONE)))));
        assertThat(report("org/aggregated/usage").get("spaces").get(0).get("consumers")).hasSize(1);
    }

    /** While documents are being written, and when consumers stay ahead, everything adds up all the same. */
    @Test
    void aReportThatIsNotSettledAddsUpToo() {
        Ledger ledger = new Ledger().add(level(TIERED, "space", "app:1", "2026-10-10T00:00:00Z", "2"))
                .add(level(TIERED, "other", "app:3", "2026-10-10T00:00:00Z", "1"))
                .add(level(TIERED, "space", "app:2", "2026-10-11T00:00:00Z", "3"));
        now("2026-10-12T00:00:00Z");
        NEIGHBOURS.serve(ledger.first(2), ledger, 100);
        JsonNode report = tree(get("org/aggregated/usage"));
        assertThat(report.get("settled").booleanValue()).isFalse();
        BigDecimal consumers = BigDecimal.ZERO;
        for (JsonNode space : report.get("spaces")) {
            for (JsonNode consumer : space.get("consumers")) {
                consumers = consumers.add(new BigDecimal(costs(consumer, 4).get(0)));
            }
        }
        // 144 of the parent: 100 and 34 × 0.5
        assertThat(costs(report, 4)).containsExactly("117", "-");
        assertThat(consumers).isEqualByComparingTo("117");
    }

    /** The next metric costs per unit: of a plan that changes to tiers what ran before keeps its price. */
    @Test
    void aLevelThatWasSetAtAProportionalPriceKeepsIt() {
        Ledger.Used before = new Ledger.Used("space", "app:1", "i", "linux-container", TIERED, ms("2026-10-10T00:00:00Z"),
                Map.of(), Map.of(), List.of(new Ledger.Changed("memory", ms("2026-10-10T00:00:00Z"), BigDecimal.ONE,
                        new BigDecimal("5"))));
        NEIGHBOURS.serve(new Ledger().add(before).add(level(TIERED, "space", "app:2", "2026-10-11T00:00:00Z", "1")));
        now("2026-10-12T00:00:00Z");
        JsonNode report = report("org/aggregated/usage?days=3&months=1");
        // 48 at 5; 24 pooled, of which 10 are free
        assertThat(costs(report, 4)).containsExactly("254");
        assertThat(costs(report, 3)).containsExactly("0", "134", "120");
        JsonNode space = report.get("spaces").get(0);
        assertThat(costs(space.get("consumers").get(0), 4)).containsExactly("240");
        assertThat(costs(space.get("consumers").get(1), 4)).containsExactly("14");
    }

    @Test
    void aMonthThatIsOverKeepsItsPrice() {
        PlanVersion dearer = plan("tiered", new Price("USA", null, null, null,
                List.of(new Price.Tier(null, BigDecimal.TEN)), null));
        Ledger ledger = new Ledger().add(level(TIERED, "space", "app:1", "2026-10-31T00:00:00Z", "1"))
                .add(level(dearer, "space", "app:2", "2026-11-02T00:00:00Z", "1"));
        NEIGHBOURS.serve(ledger);
        now("2026-11-03T00:00:00Z");
        // 14 of 24 in October; in November 48 and 24, all at 10, also what ran before the price changed
        assertThat(costs(report("org/aggregated/usage"), 4)).containsExactly("720", "14");
    }

    /** 8 hours were charged as they came and have used up 8 of the 10 free units: of 4 beside them 2 are charged. */
    @Test
    void whatIsBesideTheLevelsUsesUpFreeUnitsFirst() {
        Ledger.Used sent = new Ledger.Used("space", "app:1", "i", "linux-container", TIERED, ms("2026-10-10T03:00:00Z"),
                Map.of("usage_hours", new BigDecimal("8")), Map.of());
        NEIGHBOURS.serve(new Ledger().add(sent)
                .add(level(TIERED, "usage_hours", "space", "app:2", "2026-10-10T00:00:00Z", "1")));
        now("2026-10-10T04:00:00Z");
        JsonNode metrics = report("org/aggregated/usage?depth=organization").get("resources").get(0).get("plans").get(0)
                .get("aggregated_usage");
        BigDecimal charge = metrics.valueStream().filter(m -> m.get("metric").stringValue().equals("usage_hours"))
                .map(m -> m.get("windows").get(4).get(0).get("charge").decimalValue()).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(charge).isEqualByComparingTo("2");
    }

    /** 10 shared in thirds: the last of the space, and of the organization, takes the last digit. */
    @Test
    void theLastConsumerTakesTheRest() {
        PlanVersion packages = plan("package", new Price("USA", "USD", BigDecimal.TEN, null, null, new BigDecimal("1000")));
        NEIGHBOURS.serve(new Ledger().add(level(packages, "space", "app:2", "2026-10-10T00:00:00Z", "1"))
                .add(level(packages, "space", "app:3", "2026-10-10T00:00:00Z", "1"))
                .add(level(packages, "space", "app:1", "2026-10-10T00:00:00Z", "1"))
                .add(level(packages, "space", "app:4", "2026-10-10T00:00:00Z", "1"))
                .add(level(packages, "space", "app:4", "2026-10-10T00:00:00Z", "-1")));
        now("2026-10-11T00:00:00Z");
        List<String> costs = new ArrayList<>();
        report("org/aggregated/usage").get("spaces").get(0).get("consumers")
                .forEach(consumer -> costs.add(costs(consumer, 4).get(0)));
        String third = "3." + "3".repeat(30);
        assertThat(costs.subList(0, 3)).containsExactly(third, third, "3." + "3".repeat(29) + "4");
        assertThat(costs.subList(3, costs.size())).allMatch("0"::equals);
    }

    /** More consumers than are written at a time, in no order; everything adds up, and each depth says the same. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void manyConsumersShareToTheLastDigit(long seed) {
        Random random = new Random(seed);
        Ledger ledger = new Ledger();
        for (int i = 0; i < 260; i++) {
            String time = "2026-10-" + (10 + random.nextInt(21)) + "T0" + random.nextInt(10) + ":00:00Z";
            ledger.add(level(TIERED, "space-" + random.nextInt(3), "app:" + random.nextInt(230), time,
                    "" + (1 + random.nextInt(9))));
        }
        NEIGHBOURS.serve(ledger);
        now("2026-11-02T10:00:00Z");
        String consumers = get("org/aggregated/usage?days=20").body();
        JsonNode report = report("org/aggregated/usage?days=20");
        assertThat(get("org/aggregated/usage?days=20").body()).isEqualTo(consumers);
        for (String depth : List.of("organization", "space")) {
            JsonNode other = tree(get("org/aggregated/usage?days=20&depth=" + depth));
            assertThat(other.get("resources")).isEqualTo(report.get("resources"));
            for (int i = 0; i < other.get("spaces").size(); i++) {
                assertThat(other.get("spaces").get(i).get("resources")).isEqualTo(
                        report.get("spaces").get(i).get("resources"));
            }
        }
        JsonNode past = report("org/aggregated/usage/" + ms("2026-10-20T00:00:00Z") + "?days=11&months=1");
        BigDecimal days = costs(past, 3).stream().filter(cost -> !cost.equals("-")).map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(days).as("days add up to the month").isEqualByComparingTo(costs(past, 4).get(0));
    }
}

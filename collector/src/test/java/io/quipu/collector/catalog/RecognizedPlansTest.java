package io.quipu.collector.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingFunctions;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The plans that Abacus came with, written as functions: recognized or run as formulas, they give the same figures. */
class RecognizedPlansTest {

    private static final int USAGES = 2_000;
    private static final int MONTHS = 40;
    private static final long HOUR = 3_600_000L;

    /** Both executions of the same texts. */
    private record Plan(String id, CompiledPlan builtIn, CompiledPlan formulas) {

        static Plan of(JsonNode metering, JsonNode rating) {
            return new Plan(metering.get("plan_id").stringValue(), compiled(metering, rating, true), compiled(metering, rating, false));
        }

        private static CompiledPlan compiled(JsonNode metering, JsonNode rating, boolean recognize) {
            return CompiledPlan.of(new PlanVersion("p",
                    (MeteringPlan) read(PlanKind.METERING, metering, recognize),
                    (RatingPlan) read(PlanKind.RATING, rating, recognize), new PricingPlan("p", List.of())));
        }

        private static Object read(PlanKind kind, JsonNode body, boolean recognize) {
            ObjectNode choice = ((ObjectNode) body).deepCopy().put("recognize", recognize);
            return PlanDefinition.read(kind, choice, new FormulaExpressions()).definition();
        }

        List<String> metrics(boolean levels) {
            return builtIn.functions().keySet().stream().filter(metric -> builtIn.functions(metric).timeWeighted() == levels).toList();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static Stream<Plan> plans() {
        List<Plan> plans = new ArrayList<>();
        resource("abacus-plans").forEach(plan -> plans.add(Plan.of(plan.get("metering"), plan.get("rating"))));
        plans.add(Plan.of(resource("metering/standard-service"), resource("rating/service-rating-standard")));
        plans.add(Plan.of(resource("metering/test-metering-plan"), resource("rating/test-rating-plan")));
        plans.add(Plan.of(resource("metering/test-metering-plan"), resource("rating/test-rating-plan-standard")));
        return plans.stream();
    }

    private static JsonNode resource(String name) {
        try (InputStream in = RecognizedPlansTest.class.getResourceAsStream("/catalog/" + name + ".json")) {
            return Json.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void everyFunctionIsRecognizedAndNoneWhereThatIsTurnedOff(Plan plan) {
        MeteringPlan recognized = plan.builtIn().version().metering();
        assertThat(recognized.metrics()).isNotEmpty().noneMatch(MeteringPlan.Metric::formulas);
        assertThat(recognized.metrics()).allMatch(metric -> plan.builtIn().ratingFunctions(metric.name()).isEmpty());
        assertThat(plan.formulas().version().metering().metrics()).allMatch(MeteringPlan.Metric::formulas);
        assertThat(plan.formulas().version().rating().metrics()).allMatch(metric -> metric.executes() == null);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void quantitiesTotalsSummariesAndCostsAreTheSame(Plan plan) {
        for (String metric : plan.metrics(false)) {
            Random random = new Random(metric.hashCode());
            Fold builtIn = new Fold(plan.builtIn().functions(metric));
            Fold formulas = new Fold(plan.formulas().functions(metric));
            Optional<RatingFunctions> rating = plan.formulas().ratingFunctions(metric);
            boolean credit = builtIn.functions.additive();
            int counted = 0;
            for (int i = 0; i < USAGES; i++) {
                Map<String, BigDecimal> measures = measures(plan, random, credit);
                long end = Window.parse("2026-01").from() + random.nextLong(90 * 24 * HOUR);
                Usage usage = new Usage(random.nextInt(5), measures, end - random.nextInt(10_000), end);
                Map<Window, Value> expected = builtIn.fold(usage);
                Map<Window, Value> found = formulas.fold(usage);
                assertThat(found).as("%s of %s", metric, usage).isEqualTo(expected);
                counted += expected.size();
                long time = end + random.nextLong(40 * 24 * HOUR);
                BigDecimal price = BigDecimal.valueOf(random.nextInt(1_000_000), 6);
                expected.forEach((window, total) -> {
                    BigDecimal summary = builtIn.functions.summarize(time, total, window);
                    assertThat(formulas.functions.summarize(time, total, window)).isEqualByComparingTo(summary);
                    BigDecimal cost = Rate.PER_UNIT.cost(summary, price(price));
                    rating.ifPresent(functions -> assertThat(functions.charge(time, functions.cost(price, total), window))
                            .isEqualByComparingTo(cost));
                });
            }
            assertThat(counted).as("windows that changed").isGreaterThan(USAGES);
        }
    }

    private static Map<String, BigDecimal> measures(Plan plan, Random random, boolean credit) {
        Map<String, BigDecimal> measures = new HashMap<>();
        for (MeteringPlan.Measure measure : plan.builtIn().version().metering().measures()) {
            if (random.nextInt(4) > 0) {
                BigDecimal quantity = BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 50)), random.nextInt(3));
                measures.put(measure.name(), credit && random.nextInt(10) == 0 ? quantity.negate() : quantity);
            }
        }
        return measures;
    }

    private record Usage(int instance, Map<String, BigDecimal> measures, long start, long end) {
    }

    private static Price price(BigDecimal perUnit) {
        return new Price("USA", null, perUnit, null, null, null);
    }

    /** Windows of instances and their totals, as the stages fold them. */
    private static final class Fold {

        private final MetricFunctions functions;
        private final Map<String, Value> states = new HashMap<>();
        private final Map<Window, Value> totals = new TreeMap<>();

        Fold(MetricFunctions functions) {
            this.functions = functions;
        }

        /** The totals that a usage has changed. */
        Map<Window, Value> fold(Usage usage) {
            Map<Window, Value> changed = new TreeMap<>();
            functions.meter(usage.measures(), usage.start(), usage.end()).ifPresent(quantity -> {
                for (Window window : List.of(Window.month(usage.end()), Window.day(usage.end()))) {
                    String key = usage.instance() + " " + window.id();
                    Optional<Value> before = Optional.ofNullable(states.get(key));
                    functions.accumulate(before, quantity, usage.start(), usage.end(), window).ifPresent(after -> {
                        states.put(key, after);
                        Value total = functions.aggregate(Optional.ofNullable(totals.get(window)),
                                before.map(functions::quantity), functions.quantity(after));
                        totals.put(window, total);
                        changed.put(window, total);
                    });
                }
            });
            return changed;
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void monthsOfWhatBeginsAndEndsInThemComeToTheSameHours(Plan plan) {
        for (String metric : plan.metrics(true)) {
            Random random = new Random(metric.hashCode());
            for (int i = 0; i < MONTHS; i++) {
                Window month = Window.parse("2026-01").minus(-random.nextInt(12));
                new Month(month, plan.builtIn().functions(metric), new Fold(plan.formulas().functions(metric)))
                        .compare(random, names(plan, metric), plan.formulas().ratingFunctions(metric).orElseThrow());
            }
        }
    }

    /** What a metric's level is made of: each measure of what is used, beside that of what was used before. */
    private static Map<String, String> names(Plan plan, String metric) {
        Map<String, String> names = new TreeMap<>();
        for (MeteringPlan.Measure measure : plan.builtIn().version().metering().measures()) {
            if (measure.name().startsWith("current_")) {
                names.put(measure.name(), measure.name().replace("current_", "previous_"));
            }
        }
        assertThat(names).as(metric).isNotEmpty();
        return names;
    }

    /** One month of some instances. */
    private record Month(Window window, MetricFunctions levels, Fold formulas) {

        void compare(Random random, Map<String, String> names, RatingFunctions rating) {
            List<Usage> usages = new ArrayList<>();
            LevelSums sums = LevelSums.NONE;
            long last = window.from();
            for (int instance = 0; instance < 4; instance++) {
                TreeSet<Long> times = new TreeSet<>();
                while (times.size() < 8) {
                    times.add(window.from() + random.nextLong(window.to() - window.from()));
                }
                Map<String, BigDecimal> before = all(names, name -> BigDecimal.ZERO);
                for (long time : times) {
                    Map<String, BigDecimal> after = all(names, name -> BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 34))));
                    Map<String, BigDecimal> measures = new HashMap<>(after);
                    before.forEach((name, quantity) -> measures.put(names.get(name), quantity));
                    usages.add(new Usage(instance, measures, time, time));
                    sums = sums.plus(LevelSums.of(window, time, level(after).subtract(level(before)), BigDecimal.ZERO));
                    before = after;
                    last = Math.max(last, time);
                }
            }
            Collections.shuffle(usages, random);
            usages.forEach(formulas::fold);
            Value total = formulas.totals.get(window);
            for (long time : new long[] {last, last + random.nextLong(10 * HOUR), window.to(), window.to() + HOUR}) {
                BigDecimal hours = sums.area(window, BigDecimal.ZERO, time)
                        .divide(levels.unitOfTime().orElseThrow(), MathContext.DECIMAL128);
                assertClose(formulas.functions.summarize(time, total, window), hours);
                BigDecimal price = BigDecimal.valueOf(1 + random.nextInt(1_000_000), 6);
                assertClose(rating.charge(time, rating.cost(price, total), window), hours.multiply(price));
            }
        }

        private BigDecimal level(Map<String, BigDecimal> measures) {
            return levels.level(measures).orElseThrow().asNumber();
        }

        private static Map<String, BigDecimal> all(Map<String, String> names, Function<String, BigDecimal> quantity) {
            Map<String, BigDecimal> measures = new TreeMap<>();
            names.keySet().forEach(name -> measures.put(name, quantity.apply(name)));
            return measures;
        }

        /** To 16 digits: what rounds rounds at another place. */
        private static void assertClose(BigDecimal found, BigDecimal expected) {
            assertThat(found.subtract(expected).abs())
                    .as("%s instead of %s", found, expected).isLessThanOrEqualTo(expected.abs().max(BigDecimal.ONE).movePointLeft(16));
        }
    }
}

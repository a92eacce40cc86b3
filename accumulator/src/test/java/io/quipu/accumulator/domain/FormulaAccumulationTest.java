package io.quipu.accumulator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** States that are objects, and windows that a metric leaves alone, by functions written by hand. */
class FormulaAccumulationTest {

    private static final long NOON = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();
    private static final CompiledPlan PLAN = CompiledPlan.of(new PlanVersion("basic", new MeteringPlan("m", List.of(),
            List.of(new MeteringPlan.Metric("odd", "UNIT", null, null, null))), new RatingPlan("r", List.of()),
            new PricingPlan("p", List.of())), Map.of("odd", new Odd()), Map.of());

    private final Map<String, InstanceWindow> stored = new HashMap<>();

    /** Counts usages and their sum as an object. A usage of 1 leaves months alone, one of 2 all but months; one of 13 has no day. */
    private static final class Odd implements MetricFunctions {

        @Override
        public Optional<Value> accumulate(Optional<Value> state, Value quantity, long start, long end, Window window) {
            int number = quantity.asNumber().intValueExact();
            boolean month = window.unit() == Window.Unit.MONTH;
            if (number == 13 && window.unit() == Window.Unit.DAY) {
                throw new MeteringException("accumulating_failed", "thirteen has no day");
            }
            return number == 1 && month || number == 2 && !month ? Optional.empty()
                    : Optional.of(state(member(state, "count") + 1, member(state, "sum") + number));
        }

        private static long member(Optional<Value> state, String name) {
            return state.map(s -> ((Value.Structure) s).members().get(name).asNumber().longValueExact()).orElse(0L);
        }

        @Override
        public Value quantity(Value state) {
            return state;
        }

        @Override
        public Optional<Value> meter(Map<String, BigDecimal> measures, long start, long end) {
            throw new UnsupportedOperationException("metered already");
        }

        @Override
        public Value aggregate(Optional<Value> total, Optional<Value> previous, Value current) {
            throw new UnsupportedOperationException("aggregated below");
        }

        @Override
        public BigDecimal summarize(long time, Value quantity, Window window) {
            throw new UnsupportedOperationException("summarized when reported");
        }

        @Override
        public boolean additive() {
            return false;
        }
    }

    private static Value state(long count, long sum) {
        return new Value.Structure(new TreeMap<>(Map.of("count", Value.of(BigDecimal.valueOf(count)),
                "sum", Value.of(BigDecimal.valueOf(sum)))));
    }

    private static MeteredUsage usage(long position, int quantity) {
        return new MeteredUsage(position, NOON, new Origin("o", "s", "c", "db", "basic", "i", NOON, NOON),
                new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MeteredQuantity("odd", Value.of(BigDecimal.valueOf(quantity)))));
    }

    /** Documents are stored as JSON and read again. */
    private Accumulated accumulate(MeteredUsage... usages) {
        Accumulated result = new Accumulation(-1, null, id -> PLAN,
                (key, window) -> Optional.ofNullable(stored.get(key.document(window))), key -> Optional.empty(), Map.of())
                .accumulate(List.of(usages));
        result.windows().forEach((key, document) -> stored.put(key, Json.read(Json.write(document), InstanceWindow.class)));
        assertThat(stored.values()).containsAll(result.windows().values());
        return result;
    }

    private static MetricChange change(Accumulated result, int usage) {
        AccumulatedUsage sent = result.sent().get(usage);
        assertThat(Json.read(Json.write(sent), AccumulatedUsage.class)).isEqualTo(sent);
        return sent.accumulatedUsage().get(0);
    }

    private InstanceWindow stored(Window.Unit unit) {
        return stored.values().stream().filter(document -> document.window().unit() == unit).findFirst().orElseThrow();
    }

    @Test
    void aStateMayBeAnObject() {
        Accumulated result = accumulate(usage(1, 5), usage(2, 7));

        Change change = new Change(state(1, 5), state(2, 12));
        assertThat(change(result, 1)).isEqualTo(new MetricChange("odd", change, change, change));
        accumulate(usage(3, 3));
        assertThat(stored(Window.Unit.MONTH).metrics()).containsExactly(new InstanceWindow.MetricState("odd", state(3, 15), null));
        assertThat(stored(Window.Unit.DAY).metrics()).containsExactly(new InstanceWindow.MetricState("odd", state(3, 15),
                List.of(new InstanceWindow.HourState(12, state(3, 15)))));
    }

    @Test
    void aWindowThatIsLeftAloneStaysAsItWas() {
        Accumulated first = accumulate(usage(1, 1), usage(2, 2));

        assertThat(change(first, 0)).isEqualTo(
                new MetricChange("odd", new Change(null, state(1, 1)), new Change(null, state(1, 1)), null));
        assertThat(change(first, 1)).isEqualTo(new MetricChange("odd", null, null, new Change(null, state(1, 2))));
        accumulate(usage(3, 1));
        assertThat(stored(Window.Unit.MONTH).metrics()).containsExactly(new InstanceWindow.MetricState("odd", state(1, 2), null));
        assertThat(stored(Window.Unit.DAY).metrics()).containsExactly(new InstanceWindow.MetricState("odd", state(2, 2),
                List.of(new InstanceWindow.HourState(12, state(2, 2)))));
    }

    @Test
    void whatOneWindowCannotHoldCountsInNone() {
        Accumulated result = accumulate(usage(1, 5), usage(2, 13), usage(3, 7));

        assertThat(result.rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.position()).isEqualTo(2);
            assertThat(rejection.stage()).isEqualTo("accumulator");
            assertThat(rejection.code()).isEqualTo("accumulating_failed");
        });
        assertThat(change(result, 2).month()).isEqualTo(new Change(state(1, 5), state(2, 12)));
        assertThat(result.windows().values()).allSatisfy(document ->
                assertThat(document.watermark().rejected()).isEqualTo(result.rejected()));
    }
}

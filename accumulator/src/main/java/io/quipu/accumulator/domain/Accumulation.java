package io.quipu.accumulator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One attempt at folding a batch, in order, into the windows of its resource instances.
 *
 * <p>For each position: documents that have passed it are left alone and their decision is adopted; a position that any of
 * them has passed is not sent on, since the stage below commits first and has passed it too. What is left is folded, or
 * passed as rejected, and sent on either way.
 */
public final class Accumulation {

    /** The name of this stage in what it rejects. */
    public static final String STAGE = "accumulator";

    private final long cursor;
    private final Function<String, CompiledPlan> plans;
    private final BiFunction<InstanceKey, Window, Optional<InstanceWindow>> documents;
    private final Map<Long, Rejection> excluded;
    private final Map<WindowKey, OpenInstance> instances = new LinkedHashMap<>();
    private final List<AccumulatedUsage> sent = new ArrayList<>();
    private final List<Rejection> rejected = new ArrayList<>();

    /**
     * An attempt.
     *
     * @param cursor the batch's cursor
     * @param plans the plan versions of the batch, by id
     * @param documents an instance's document as it was read
     * @param excluded the usages of the batch that the stage below has rejected, by position
     */
    public Accumulation(long cursor, Function<String, CompiledPlan> plans,
            BiFunction<InstanceKey, Window, Optional<InstanceWindow>> documents, Map<Long, Rejection> excluded) {
        this.cursor = cursor;
        this.plans = plans;
        this.documents = documents;
        this.excluded = excluded;
    }

    /**
     * Folds the usages of a batch.
     *
     * @throws StaleBatchException when the batch is too old to be judged
     */
    public Accumulated accumulate(List<MeteredUsage> usages) {
        usages.forEach(this::accumulate);
        Map<String, InstanceWindow> changed = new LinkedHashMap<>();
        Map<String, InstanceKey> keys = new LinkedHashMap<>();
        instances.values().stream().filter(OpenInstance::changed).forEach(instance -> {
            String key = instance.key().document(instance.window());
            changed.put(key, instance.sealed(cursor));
            keys.put(key, instance.key());
        });
        return new Accumulated(sent, rejected, changed, keys);
    }

    private void accumulate(MeteredUsage usage) {
        CompiledPlan plan = plans.apply(usage.pin().plan());
        InstanceKey key = InstanceKey.of(usage.origin(), plan.path());
        OpenInstance month = open(key, Window.month(usage.origin().end()));
        OpenInstance day = open(key, Window.day(usage.origin().end()));

        boolean monthPassed = passed(month, usage);
        boolean dayPassed = passed(day, usage);
        if (monthPassed || dayPassed) {
            Optional<Rejection> decided = monthPassed ? month.watermark().rejection(usage.position())
                    : day.watermark().rejection(usage.position());
            decided.ifPresent(rejected::add);
            if (!monthPassed) {
                settle(usage, plan, decided, month, null);
            } else if (!dayPassed) {
                settle(usage, plan, decided, null, day);
            }
            return;
        }
        Optional<Rejection> decided = Optional.ofNullable(excluded.get(usage.position()));
        try {
            List<MetricChange> changes = settle(usage, plan, decided, month, day);
            sent.add(accumulated(usage, changes, decided.orElse(null)));
            decided.ifPresent(rejected::add);
        } catch (MeteringException e) {
            Rejection rejection = new Rejection(usage.position(), STAGE, e.code(), e.getMessage());
            settle(usage, plan, Optional.of(rejection), month, day);
            sent.add(accumulated(usage, List.of(), rejection));
            rejected.add(rejection);
        }
    }

    private boolean passed(OpenInstance instance, MeteredUsage usage) {
        Watermark watermark = instance.watermark();
        if (!watermark.passed(usage.position())) {
            return false;
        }
        if (watermark.stale(usage.position(), cursor)) {
            throw new StaleBatchException("position " + usage.position() + " of " + instance.key()
                    + " was committed up to " + watermark.prunedTo() + ", above the batch's cursor " + cursor);
        }
        return true;
    }

    /**
     * Folds a usage, or passes its rejection, in the documents given; null stands for one that has passed it. All states
     * are computed before any document is changed, so a failure changes none.
     */
    private List<MetricChange> settle(MeteredUsage usage, CompiledPlan plan, Optional<Rejection> decided,
            OpenInstance month, OpenInstance day) {
        if (decided.isPresent()) {
            if (month != null) {
                month.pass(decided.get());
            }
            if (day != null) {
                day.pass(decided.get());
            }
            return List.of();
        }
        long end = usage.origin().end();
        Window hourWindow = Window.hour(end);
        int hour = (int) ((hourWindow.from() - Window.day(end).from()) / 3_600_000L);
        Map<String, Value> monthAfter = new TreeMap<>();
        Map<String, Value> dayAfter = new TreeMap<>();
        Map<String, Value> hourAfter = new TreeMap<>();
        List<MetricChange> changes = new ArrayList<>(usage.meteredUsage().size());
        for (MeteredQuantity metered : usage.meteredUsage()) {
            String metric = metered.metric();
            MetricFunctions functions = plan.functions(metric);
            Change monthChange = month == null ? null : fold(functions, month.state(metric), metered, usage,
                    month.window(), monthAfter);
            Change dayChange = day == null ? null : fold(functions, day.state(metric), metered, usage, day.window(),
                    dayAfter);
            Change hourChange = day == null ? null : fold(functions, day.state(metric, hour), metered, usage, hourWindow,
                    hourAfter);
            changes.add(new MetricChange(metric, hourChange, dayChange, monthChange));
        }
        if (month != null) {
            month.accept(usage, monthAfter, Map.of(), hour);
        }
        if (day != null) {
            day.accept(usage, dayAfter, hourAfter, hour);
        }
        return changes;
    }

    private static Change fold(MetricFunctions functions, Optional<Value> before, MeteredQuantity metered,
            MeteredUsage usage, Window window, Map<String, Value> states) {
        Optional<Value> after = functions.accumulate(before, metered.quantity(), usage.origin().start(),
                usage.origin().end(), window);
        after.ifPresent(state -> states.put(metered.metric(), state));
        return OpenInstance.change(functions, before, after);
    }

    private static AccumulatedUsage accumulated(MeteredUsage usage, List<MetricChange> changes, Rejection rejection) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(), changes,
                rejection);
    }

    private OpenInstance open(InstanceKey key, Window window) {
        return instances.computeIfAbsent(new WindowKey(key, window),
                k -> new OpenInstance(key, window, documents.apply(key, window)));
    }

    private record WindowKey(InstanceKey key, Window window) {
    }
}

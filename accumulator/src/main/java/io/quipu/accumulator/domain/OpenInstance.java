package io.quipu.accumulator.domain;

import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow.LevelChanges;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MeteredUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The window of a resource instance while a batch is folded in it; a day's holds the states of its hours too. Confined to
 * one attempt, hence mutable.
 */
final class OpenInstance extends OpenDocument {

    private final InstanceKey key;
    private final Window window;
    private final SortedMap<String, Value> states = new TreeMap<>();
    private final SortedMap<String, SortedMap<Integer, Value>> hours = new TreeMap<>();
    private final SortedMap<String, LevelChanges> levels = new TreeMap<>();
    private boolean levelsOnly = true;
    private Long leveled;
    private String plan;
    private long start;
    private long end;
    private long processed;

    OpenInstance(InstanceKey key, Window window, Optional<InstanceWindow> before) {
        super(before.map(InstanceWindow::watermark).orElse(Watermark.NONE));
        this.key = key;
        this.window = window;
        before.ifPresent(document -> {
            if (!document.organizationId().equals(key.consumer().organizationId())
                    || !document.spaceId().equals(key.consumer().spaceId())
                    || !document.consumerId().equals(key.consumer().consumerId())
                    || !document.resourceId().equals(key.resourceId())
                    || !document.resourceInstanceId().equals(key.resourceInstanceId())
                    || !document.path().equals(key.path()) || !document.window().equals(window)) {
                throw new IllegalStateException("another document has the key of " + key + " " + window);
            }
            plan = document.plan();
            start = document.start();
            end = document.end();
            processed = document.processed();
            levelsOnly = Boolean.TRUE.equals(document.levelsOnly()) || plan == null;
            leveled = document.leveled();
            document.metrics().forEach(metric -> {
                if (metric.state() != null) {
                    states.put(metric.metric(), metric.state());
                }
                if (metric.hours() != null) {
                    SortedMap<Integer, Value> byHour = new TreeMap<>();
                    metric.hours().forEach(hour -> byHour.put(hour.hour(), hour.state()));
                    hours.put(metric.metric(), byHour);
                }
                if (metric.level() != null) {
                    levels.put(metric.metric(), metric.level());
                }
            });
        });
    }

    InstanceKey key() {
        return key;
    }

    Window window() {
        return window;
    }

    @Override
    String document() {
        return key.document(window);
    }

    /** The state of a metric in this window. */
    Optional<Value> state(String metric) {
        return Optional.ofNullable(states.get(metric));
    }

    /** The state of a metric in an hour of this day. */
    Optional<Value> state(String metric, int hour) {
        return Optional.ofNullable(hours.get(metric)).map(byHour -> byHour.get(hour));
    }

    /** Takes over the states after a usage that ends here, with the levels it changes here: all effects of a position at once. */
    void accept(MeteredUsage usage, Map<String, Value> after, Map<String, Value> hourAfter, int hour,
            LevelFold.Changes changes) {
        folded(usage.position());
        add(usage, changes);
        levelsOnly = false;
        plan = usage.pin().plan();
        start = usage.origin().start();
        end = usage.origin().end();
        processed = Math.max(processed, usage.acceptedAt());
        states.putAll(after);
        hourAfter.forEach((metric, state) -> hours.computeIfAbsent(metric, m -> new TreeMap<>()).put(hour, state));
    }

    /** Takes over the changes of levels of a usage that ends elsewhere, or of an event. */
    void accept(MeteredUsage usage, LevelFold.Changes changes) {
        folded(usage.position());
        add(usage, changes);
        processed = Math.max(processed, usage.acceptedAt());
        if (levelsOnly) {
            plan = changes.plan();
            end = Math.max(end, changes.last());
            start = end;
        }
    }

    private void add(MeteredUsage usage, LevelFold.Changes changes) {
        changes.metrics().forEach((metric, sums) -> {
            levels.merge(metric, sums, LevelChanges::plus);
            leveled = usage.position();
        });
    }

    InstanceWindow sealed(long cursor) {
        SortedMap<String, InstanceWindow.MetricState> metrics = new TreeMap<>();
        states.forEach((metric, state) -> metrics.put(metric, metric(metric, state)));
        hours.keySet().forEach(metric -> metrics.computeIfAbsent(metric, m -> metric(m, null)));
        levels.keySet().forEach(metric -> metrics.computeIfAbsent(metric, m -> metric(m, null)));
        return new InstanceWindow(InstanceWindow.VERSION, key.consumer().organizationId(), key.consumer().spaceId(),
                key.consumer().consumerId(), key.resourceId(), key.resourceInstanceId(), key.path(), window,
                watermark().pruned(cursor), plan, start, end, processed,
                List.copyOf(metrics.values()), levelsOnly && plan != null ? true : null, leveled);
    }

    private InstanceWindow.MetricState metric(String metric, Value state) {
        SortedMap<Integer, Value> byHour = hours.get(metric);
        if (byHour == null) {
            return new InstanceWindow.MetricState(metric, state, null, levels.get(metric));
        }
        List<InstanceWindow.HourState> list = new ArrayList<>(byHour.size());
        byHour.forEach((hour, hourState) -> list.add(new InstanceWindow.HourState(hour, hourState)));
        return new InstanceWindow.MetricState(metric, state, list, levels.get(metric));
    }

    /** The change that a usage makes, or null when the function leaves the window alone. */
    static Change change(MetricFunctions functions, Optional<Value> before, Optional<Value> after) {
        return after.map(state -> new Change(before.map(functions::quantity).orElse(null), functions.quantity(state)))
                .orElse(null);
    }
}

package io.quipu.accumulator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow.LevelChanges;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What the level changes of one usage come to in the windows of its instance: each in the month and day of its time, under the plan
 * path under which the level runs. Changes of the price alone are none here: instances show no money.
 */
final class LevelFold {

    private final Map<Place, Changes> changes = new LinkedHashMap<>();

    private record Place(InstanceKey key, Window window) {
    }

    /** What changes in one window. */
    static final class Changes {

        /** Nothing. */
        static final Changes NONE = new Changes();

        private final SortedMap<String, LevelChanges> metrics = new TreeMap<>();
        private String plan;
        private long last;

        /** The sums of each metric, by name. */
        SortedMap<String, LevelChanges> metrics() {
            return Collections.unmodifiableSortedMap(metrics);
        }

        /** The id of the plan version of the last change. */
        String plan() {
            return plan;
        }

        /** When the last change is. */
        long last() {
            return last;
        }
    }

    /**
     * What changes come to.
     *
     * @param changes ascending by time
     */
    static LevelFold of(Origin origin, List<LevelChange> changes) {
        LevelFold fold = new LevelFold();
        for (LevelChange change : changes) {
            if (change.change().signum() == 0) {
                continue;
            }
            InstanceKey key = InstanceKey.of(origin, change.path());
            for (Window window : List.of(Window.month(change.time()), Window.day(change.time()))) {
                Changes in = fold.changes.computeIfAbsent(new Place(key, window), place -> new Changes());
                in.metrics.merge(change.metric(), LevelChanges.of(window, change.time(), change.change()), LevelChanges::plus);
                in.plan = change.plan();
                in.last = change.time();
            }
        }
        return fold;
    }

    /** The windows in which something changes, opened, in the order of the changes. */
    List<OpenInstance> open(BiFunction<InstanceKey, Window, OpenInstance> opener) {
        return changes.keySet().stream().map(place -> opener.apply(place.key(), place.window())).toList();
    }

    /** What changes in a window. */
    Changes in(OpenInstance instance) {
        return changes.getOrDefault(new Place(instance.key(), instance.window()), Changes.NONE);
    }
}

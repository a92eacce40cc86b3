package io.quipu.accumulator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One attempt at folding a batch, in order, into the windows of its resource instances, and levels into their timelines and into the
 * windows in which they change.
 *
 * <p>Which windows those are, only a timeline tells that has not passed the position. So a timeline becomes durable after the windows: one
 * that has passed a position proves that all of them have, and as long as one has not, the timeline tells the same.
 *
 * <p>For each position: documents that have passed it are left alone and their decision is adopted; a position that any of
 * them has passed is not sent on, since the stage below commits first and has passed it too. What is left is folded, or
 * passed as rejected, and sent on either way.
 */
public final class Accumulation {

    /** The name of this stage in what it rejects. */
    public static final String STAGE = "accumulator";

    /**
     * How long a timeline must have nothing more to say to be taken for one that may have left the index of what runs, milliseconds:
     * the shortest reach that there is, since those left that were at rest under whatever reach was configured then.
     */
    static final long SHORTEST_REACH = 3_600_000;

    private final long cursor;
    private final Long reach;
    private final Function<String, CompiledPlan> plans;
    private final BiFunction<InstanceKey, Window, Optional<InstanceWindow>> windowDocuments;
    private final Function<TimelineKey, Optional<Timeline>> timelineDocuments;
    private final Map<Long, Rejection> excluded;
    private final Map<WindowKey, OpenInstance> instances = new LinkedHashMap<>();
    private final Map<TimelineKey, OpenTimeline> timelines = new LinkedHashMap<>();
    private final List<AccumulatedUsage> sent = new ArrayList<>();
    private final List<Rejection> rejected = new ArrayList<>();
    private final Map<TimelineKey, Long> awakened = new LinkedHashMap<>();
    private final Map<String, List<Reconciliation>> reconciled = new LinkedHashMap<>();
    private final Map<String, Long> heard = new LinkedHashMap<>();

    /**
     * An attempt.
     *
     * @param cursor the batch's cursor
     * @param reach how long before its acceptance a usage may have ended, in milliseconds; null when that is not known
     * @param plans the plan versions of the batch, by id
     * @param windowDocuments an instance's window as it was read
     * @param timelineDocuments an instance's timeline as it was read
     * @param excluded the usages of the batch that the stage below has rejected, by position
     */
    public Accumulation(long cursor, Long reach, Function<String, CompiledPlan> plans,
            BiFunction<InstanceKey, Window, Optional<InstanceWindow>> windowDocuments,
            Function<TimelineKey, Optional<Timeline>> timelineDocuments, Map<Long, Rejection> excluded) {
        this.cursor = cursor;
        this.reach = reach;
        this.plans = plans;
        this.windowDocuments = windowDocuments;
        this.timelineDocuments = timelineDocuments;
        this.excluded = excluded;
    }

    /** Whether a usage has windows of its own: an event has none, its only effect is on levels, in the windows of their changes. */
    public static boolean hasWindows(MeteredUsage usage) {
        return usage.event() == null;
    }

    /** Whether a usage stands in its instance's timeline: an event does, and what has metered a level. */
    public static boolean hasTimeline(MeteredUsage usage, CompiledPlan plan) {
        return usage.event() != null || plan.timeWeighted() && usage.meteredUsage().stream()
                .anyMatch(metered -> plan.functions(metered.metric()).timeWeighted());
    }

    /**
     * Folds the usages of a batch.
     *
     * @throws StaleBatchException when the batch is too old to be judged
     */
    public Accumulated accumulate(List<MeteredUsage> usages) {
        usages.forEach(this::accumulate);
        Long horizon = usages.isEmpty() ? null : horizon(usages.get(0));
        Map<String, InstanceWindow> windows = new LinkedHashMap<>();
        Map<String, Timeline> changedTimelines = new LinkedHashMap<>();
        Map<String, InstanceKey> keys = new LinkedHashMap<>();
        instances.values().stream().filter(OpenInstance::changed).forEach(instance -> {
            String document = instance.document();
            windows.put(document, instance.sealed(cursor));
            keys.put(document, instance.key());
        });
        timelines.values().stream().filter(OpenTimeline::changed)
                .forEach(timeline -> changedTimelines.put(timeline.document(), timeline.sealed(cursor, horizon)));
        return new Accumulated(sent, rejected, windows, changedTimelines, keys, new Accumulated.Running(
                awakened.entrySet().stream().map(one -> new Awakened(one.getKey(), one.getValue())).toList(), horizon,
                reconciled, heard));
    }

    private void accumulate(MeteredUsage usage) {
        CompiledPlan plan = plans.apply(usage.pin().plan());
        OpenTimeline timeline = hasTimeline(usage, plan) ? timelines.computeIfAbsent(
                TimelineKey.of(usage.origin()), key -> new OpenTimeline(key, timelineDocuments.apply(key))) : null;
        LevelEffects levels = levels(usage, plan, timeline);
        decide(usage, plan, levels, involved(usage, plan, levels, timeline));
        boolean counts = rejected.isEmpty() || rejected.get(rejected.size() - 1).position() != usage.position();
        if (counts && timeline != null) {
            heard.merge(usage.origin().resourceId(), usage.acceptedAt(), Math::max);
        }
    }

    /**
     * What a usage would do to levels; nothing when its timeline has passed it.
     *
     * @param entry what would stand in the timeline; null when nothing would
     * @param changes what would change; none when the entry is refused
     * @param fold the changes by window
     * @param refused why there can be no such entry; else null
     */
    private record LevelEffects(OpenEntry entry, List<LevelChange> changes, LevelFold fold, MeteringException refused) {

        static LevelEffects none(MeteredUsage usage, MeteringException refused) {
            return new LevelEffects(null, List.of(), LevelFold.of(usage.origin(), List.of()), refused);
        }
    }

    private LevelEffects levels(MeteredUsage usage, CompiledPlan plan, OpenTimeline timeline) {
        if (timeline == null || passed(timeline, usage)) {
            return LevelEffects.none(usage, null);
        }
        try {
            OpenEntry entry = Entries.of(usage, plan);
            List<LevelChange> changes = timeline.changes(entry, horizon(usage));
            return new LevelEffects(entry, changes, LevelFold.of(usage.origin(), changes), null);
        } catch (MeteringException e) {
            return LevelEffects.none(usage, e);
        }
    }

    private void decide(MeteredUsage usage, CompiledPlan plan, LevelEffects levels, Involved involved) {
        List<OpenDocument> passed = involved.documents().stream().filter(document -> passed(document, usage)).toList();
        if (!passed.isEmpty()) {
            Optional<Rejection> decided = passed.get(0).watermark().rejection(usage.position());
            decided.ifPresent(rejected::add);
            Involved left = involved.without(passed);
            if (decided.isPresent()) {
                left.documents().forEach(document -> document.pass(decided.get()));
            } else {
                settle(usage, plan, decided, levels, left);
            }
            return;
        }
        Optional<Rejection> decided = Optional.ofNullable(excluded.get(usage.position()));
        try {
            sent.add(settle(usage, plan, decided, levels, involved));
            decided.ifPresent(rejected::add);
        } catch (MeteringException e) {
            Rejection rejection = new Rejection(usage.position(), STAGE, e.code(), e.getMessage());
            involved.documents().forEach(document -> document.pass(rejection));
            sent.add(accumulated(usage, List.of(), levels.changes(), rejection));
            rejected.add(rejection);
        }
    }

    /** No usage at this position, or after it, ends before; null when that is not known. */
    private Long horizon(MeteredUsage usage) {
        return reach == null ? null : usage.acceptedAt() - reach;
    }

    private boolean passed(OpenDocument document, MeteredUsage usage) {
        Watermark watermark = document.watermark();
        if (!watermark.passed(usage.position())) {
            return false;
        }
        if (watermark.stale(usage.position(), cursor)) {
            throw new StaleBatchException("position " + usage.position() + " of " + document.document()
                    + " was committed up to " + watermark.prunedTo() + ", above the batch's cursor " + cursor);
        }
        return true;
    }

    /**
     * Folds a usage, or passes its rejection, in the documents given. All effects are computed before any document is changed, so
     * a failure changes none. What a rejected usage would have done to levels goes with it: it says which documents have to pass it,
     * here and below.
     */
    private AccumulatedUsage settle(MeteredUsage usage, CompiledPlan plan, Optional<Rejection> decided, LevelEffects levels,
            Involved involved) {
        if (levels.refused() != null) {
            throw levels.refused();
        }
        if (decided.isPresent()) {
            involved.documents().forEach(document -> document.pass(decided.get()));
            return accumulated(usage, List.of(), levels.changes(), decided.get());
        }
        WindowFold fold = WindowFold.of(usage, plan, involved.month(), involved.day());
        fold.apply(levels.fold());
        involved.others().forEach(other -> other.accept(usage, levels.fold().in(other)));
        if (levels.entry() != null) {
            enter(usage, levels, involved.timeline());
        }
        return accumulated(usage, fold.changes(), levels.changes(), null);
    }

    private void enter(MeteredUsage usage, LevelEffects levels, OpenTimeline timeline) {
        if (timeline.awakens(usage.acceptedAt() - Math.min(reach == null ? SHORTEST_REACH : reach, SHORTEST_REACH))) {
            awakened.put(TimelineKey.of(usage.origin()), usage.position());
        }
        timeline.accept(usage.position(), usage.acceptedAt(), levels.entry(), levels.changes()).ifPresent(outcome ->
                reconciled.computeIfAbsent(timeline.document(), key -> new ArrayList<>()).add(outcome));
    }

    private static AccumulatedUsage accumulated(MeteredUsage usage, List<MetricChange> changes, List<LevelChange> levels,
            Rejection rejection) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(), changes, levels,
                usage.event(), rejection);
    }

    private Involved involved(MeteredUsage usage, CompiledPlan plan, LevelEffects levels, OpenTimeline timeline) {
        OpenInstance month = null;
        OpenInstance day = null;
        if (hasWindows(usage)) {
            InstanceKey key = InstanceKey.of(usage.origin(), plan.path());
            month = open(key, Window.month(usage.origin().end()));
            day = open(key, Window.day(usage.origin().end()));
        }
        List<OpenInstance> others = new ArrayList<>(levels.fold().open(this::open));
        others.remove(month);
        others.remove(day);
        return new Involved(month, day, others, timeline);
    }

    private OpenInstance open(InstanceKey key, Window window) {
        return instances.computeIfAbsent(new WindowKey(key, window),
                k -> new OpenInstance(key, window, windowDocuments.apply(key, window)));
    }

    private record WindowKey(InstanceKey key, Window window) {
    }

    /**
     * The documents that a usage concerns; null for what does not concern it, or has passed it.
     *
     * @param month its month
     * @param day its day
     * @param others the windows beside those in which it changes levels
     * @param timeline its instance's timeline
     */
    private record Involved(OpenInstance month, OpenInstance day, List<OpenInstance> others, OpenTimeline timeline) {

        List<OpenDocument> documents() {
            List<OpenDocument> documents = new ArrayList<>(3 + others.size());
            for (OpenDocument document : new OpenDocument[] {month, day, timeline}) {
                if (document != null) {
                    documents.add(document);
                }
            }
            documents.addAll(others);
            return documents;
        }

        Involved without(List<OpenDocument> passed) {
            return new Involved(left(month, passed), left(day, passed), others.stream().filter(other -> !passed.contains(other))
                    .toList(), left(timeline, passed));
        }

        private static <T extends OpenDocument> T left(T document, List<OpenDocument> passed) {
            return document == null || passed.contains(document) ? null : document;
        }
    }
}

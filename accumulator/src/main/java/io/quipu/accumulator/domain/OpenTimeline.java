package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.Entry;
import io.quipu.accumulator.domain.Timeline.TermedLevel;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.stage.Watermark;
import io.quipu.common.usage.LevelChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The timeline of a resource instance while a batch is folded in it.
 *
 * <p>What runs at a time is a function of the entries alone, whatever the order they came in. What an entry changes is therefore
 * what runs with it less what ran without it: at its own time, and at those of later entries up to the first after which the
 * same runs as before.
 */
final class OpenTimeline extends OpenDocument {

    /**
     * Entries that a timeline may hold, not counting those that no usage can precede any more; as many again may be stops, and what
     * snapshots tell.
     */
    static final int MAX_ENTRIES = 2_000;

    /** Levels that these entries may set together; snapshots may as many again. */
    static final int MAX_LEVELS = 20_000;

    private final TimelineKey key;
    private Standing opening = Standing.NONE;
    private final List<OpenEntry> entries = new ArrayList<>();
    private boolean indexed;
    private OpenMonths months = new OpenMonths();
    private Long uncounted;
    private Long processed;

    OpenTimeline(TimelineKey key, Optional<Timeline> before) {
        super(before.map(Timeline::watermark).orElse(Watermark.NONE));
        this.key = key;
        before.ifPresent(document -> {
            if (!document.key().equals(key)) {
                throw new IllegalStateException("another document has the key of the timeline of " + key);
            }
            opening = Standing.opening(document);
            entries.addAll(OpenEntry.of(document));
            indexed = document.version() > Timeline.NOT_INDEXED;
            months = OpenMonths.of(document);
            uncounted = OpenMonths.uncounted(document);
            processed = document.processed();
        });
    }

    @Override
    String document() {
        return key.document();
    }

    /**
     * What an entry would change, ascending by time; nothing of one time, metric and terms stands there twice.
     *
     * @param horizon no usage from this one on ends before it; null when that is not known
     * @throws MeteringException when there is no room for another entry
     */
    List<LevelChange> changes(OpenEntry entry, Long horizon) {
        checkRoom(entry, horizon);
        int at = place(entry);
        Levels without = before(at);
        Levels with = without.after(entry);
        List<LevelChange> changes = new ArrayList<>(without.changesTo(with, entry.time()));
        for (OpenEntry later : entries.subList(at, entries.size())) {
            if (with.equals(without)) {
                break;
            }
            Levels withAfter = with.after(later);
            Levels withoutAfter = without.after(later);
            changes.addAll(with.changesTo(withAfter, later.time()));
            without.changesTo(withoutAfter, later.time()).forEach(change -> changes.add(change.negated()));
            with = withAfter;
            without = withoutAfter;
        }
        return merged(changes);
    }

    /** What runs before the entry at an index. */
    private Levels before(int at) {
        return opening.levels().after(entries.subList(0, at));
    }

    /** Counts what usage may still precede, not what is there: that depends on which batches were written. */
    private void checkRoom(OpenEntry entry, Long horizon) {
        int live = 0;
        int levels = entry.levels().size();
        for (OpenEntry other : entries) {
            if (horizon == null || other.time() >= horizon) {
                live++;
                levels += other.levels().size();
            }
        }
        // A stop that is refused would let run for ever what it ends, and a snapshot leave wrong what it corrects.
        int room = entry.stops() || entry.kind().reconciles() ? 2 : 1;
        if (live >= room * MAX_ENTRIES || !entry.stops() && levels > room * MAX_LEVELS) {
            throw new MeteringException("too_many_levels", "instance " + key.resourceInstanceId() + " has " + live
                    + " level changes that usage may still precede, which set " + levels + " levels; the limits are "
                    + room * MAX_ENTRIES + " and " + room * MAX_LEVELS);
        }
    }

    /**
     * Takes an entry in, and moves the watermark. Whoever it {@linkplain #awakens} has to be on its page before this is written.
     *
     * @param acceptedAt when the usage of that position was accepted
     * @param changes what the entry {@linkplain #changes changes}
     * @return what it has come to, if it is of a snapshot
     */
    Optional<Reconciliation> accept(long position, long acceptedAt, OpenEntry entry, List<LevelChange> changes) {
        int at = place(entry);
        entries.add(at, entry);
        months.add(changes);
        processed = processed == null ? acceptedAt : Math.max(processed, acceptedAt);
        indexed = true;
        folded(position);
        return entry.kind().reconciles() ? Reconciliation.of(entry, before(at)) : Optional.empty();
    }

    /** Whether an entry awakens it: it is at rest, see {@link Course#atRest}, or of a release that knew no index of what may run. */
    boolean awakens(Long horizon) {
        return !indexed || Course.atRest(opening, entries, horizon);
    }

    private int place(OpenEntry entry) {
        int found = Collections.binarySearch(entries, entry);
        return found < 0 ? -found - 1 : found;
    }

    /** Changes of one time and metric under the same terms as one, without those that come to nothing; the order stays. */
    private static List<LevelChange> merged(List<LevelChange> changes) {
        Map<List<Object>, LevelChange> sums = new LinkedHashMap<>();
        for (LevelChange change : changes) {
            sums.merge(List.of(change.time(), change.path(), change.plan(), change.currency(), change.metric()), change,
                    LevelChange::plus);
        }
        return sums.values().stream().filter(sum -> !sum.none()).toList();
    }

    /**
     * The document as it is stored.
     *
     * @param horizon entries before it are dropped, since no usage will come that is earlier: what they set opens the timeline;
     *     null when none may be dropped
     */
    Timeline sealed(long cursor, Long horizon) {
        Standing open = opening;
        int dropped = 0;
        while (horizon != null && dropped < entries.size() && entries.get(dropped).time() < horizon) {
            open = open.after(entries.get(dropped));
            dropped++;
        }
        Map<Terms, Integer> terms = new LinkedHashMap<>();
        List<TermedLevel> sealedOpening = new ArrayList<>();
        Standing opens = open;
        opens.levels().running().forEach(level -> sealedOpening.add(new TermedLevel(index(terms, level.terms()), level.level(),
                opens.since(level.level().metric()))));
        List<Entry> sealed = new ArrayList<>();
        entries.subList(dropped, entries.size()).forEach(entry -> sealed.add(new Entry(entry.time(), entry.kind(), entry.id(),
                entry.terms() == null ? null : index(terms, entry.terms()), entry.levels())));
        List<Timeline.LevelMonths> sealedMonths = months.sealed(of -> index(terms, of));
        return new Timeline(indexed ? Timeline.VERSION : Timeline.NOT_INDEXED, key.consumer().organizationId(), key.consumer().spaceId(),
                key.consumer().consumerId(), key.resourceId(), key.resourceInstanceId(), watermark().pruned(cursor),
                List.copyOf(terms.keySet()), sealedOpening, opens.since(), sealed, sealedMonths, uncounted, processed);
    }

    private static Integer index(Map<Terms, Integer> terms, Terms sought) {
        terms.putIfAbsent(sought, terms.size());
        return terms.get(sought);
    }
}

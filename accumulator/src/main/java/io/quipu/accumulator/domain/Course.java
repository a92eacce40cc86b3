package io.quipu.accumulator.domain;

import io.quipu.common.running.Reconciled;
import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningInstance.RunningLevel;
import io.quipu.common.running.Unlisted;
import java.util.List;
import java.util.Optional;

/** What a timeline tells: what runs at a time and since when, and what became of snapshots. Immutable. */
public final class Course {

    private final TimelineKey key;
    private final long position;
    private final Standing opening;
    private final List<OpenEntry> entries;

    private Course(Timeline document) {
        this.key = document.key();
        this.position = document.watermark().position();
        this.opening = Standing.opening(document);
        this.entries = OpenEntry.of(document);
    }

    /** What a document tells. */
    public static Course of(Timeline document) {
        return new Course(document);
    }

    /** Whose timeline it is. */
    public TimelineKey key() {
        return key;
    }

    /** How far it has come in the log. */
    public long position() {
        return position;
    }

    /**
     * Whether nothing runs after its last entry, and no usage can come that would change what it says.
     *
     * @param horizon no usage ends before it any more; null when that is not known: then it is at rest only without entries
     */
    public boolean atRest(Long horizon) {
        return atRest(opening, entries, horizon);
    }

    static boolean atRest(Standing opening, List<OpenEntry> entries, Long horizon) {
        if (!entries.isEmpty() && (horizon == null || entries.get(entries.size() - 1).time() >= horizon)) {
            return false;
        }
        return !opening.levels().after(entries).runs();
    }

    /** What runs at a time: entries later than that do not count yet. Empty when nothing does. */
    public Optional<RunningInstance> runningAt(long time) {
        Standing standing = opening;
        for (OpenEntry entry : entries) {
            if (entry.time() > time) {
                break;
            }
            standing = standing.after(entry);
        }
        Standing now = standing;
        List<Levels.Running> running = now.levels().withoutZeros().running();
        return running.isEmpty() ? Optional.empty() : Optional.of(new RunningInstance(key.consumer().organizationId(),
                key.consumer().spaceId(), key.consumer().consumerId(), key.resourceId(), key.resourceInstanceId(),
                running.get(0).terms().path(), now.since(), running.stream().map(level -> new RunningLevel(
                        level.level().metric(), level.level().quantity(), now.since(level.level().metric()))).toList()));
    }

    /** What the entries of a snapshot have come to, by its time and id. */
    public Reconciled.Counts reconciled(long time, String id) {
        Reconciled.Counts counts = Reconciled.Counts.NONE;
        Levels before = opening.levels();
        for (OpenEntry entry : entries) {
            if (entry.time() > time) {
                break;
            }
            if (entry.of(time, id)) {
                counts = Reconciliation.of(entry, before).map(Reconciliation::one).map(counts::plus).orElse(counts);
            }
            before = before.after(entry);
        }
        return counts;
    }

    /**
     * The instance, if it ran just before a snapshot's time and no entry says that the snapshot listed it, or did not. What
     * begins at that very time did not run before.
     */
    public Optional<Unlisted.Instance> unlisted(long time, String id) {
        if (entries.stream().anyMatch(entry -> entry.of(time, id))) {
            return Optional.empty();
        }
        OpenEntry gone = OpenEntry.gone(time, id);
        List<OpenEntry> before = entries.stream().takeWhile(entry -> entry.compareTo(gone) < 0).toList();
        List<Levels.Running> running = opening.levels().after(before).withoutZeros().running();
        return running.isEmpty() ? Optional.empty() : Optional.of(new Unlisted.Instance(key.consumer().organizationId(),
                key.consumer().spaceId(), key.consumer().consumerId(), running.get(0).terms().path().planId(),
                key.resourceInstanceId()));
    }
}

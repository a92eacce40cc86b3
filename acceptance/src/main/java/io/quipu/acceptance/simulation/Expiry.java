package io.quipu.acceptance.simulation;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogTimes;
import io.quipu.common.store.Document;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes deduplication marks that are of no use any more. */
final class Expiry {

    private final World world;
    private final Set<String> expired = new HashSet<>();

    Expiry(World world) {
        this.world = world;
    }

    /** The marks that were removed. */
    Set<String> expired() {
        return expired;
    }

    /**
     * Marks go as early as they may: once the usage's end is older than the log time at the cursor less slack and an hour.
     */
    void expireMarks() {
        for (int p = 0; p < world.settings().partitions(); p++) {
            int partition = p;
            world.cursor(partition).flatMap(at -> world.invariants().segment(partition, Position.segment(at)))
                    .ifPresent(segment -> {
                        long before = segment.time() - world.settings().times().lateness().slack().toMillis()
                                - LogTimes.GRACE.toMillis();
                        world.invariants().marks().forEach(mark -> expire(partition, mark, before));
                    });
        }
    }

    private void expire(int partition, String mark, long before) {
        Optional<Document> document = world.collectorDisk().get(mark);
        long position = document.map(d -> Json.read(d.content(), DedupMark.class).position()).orElse(Position.NONE);
        boolean old = world.invariants().segment(partition, Position.segment(position))
                .filter(segment -> Position.index(position) < segment.usage().size())
                .map(segment -> segment.usage().get(Position.index(position)))
                .filter(usage -> DedupMark.key(usage).equals(mark) && usage.origin().end() < before).isPresent();
        if (old) {
            world.story().tell(world.outside(), () -> mark + " expires");
            expired.add(mark);
            world.collectorDisk().write(List.of(new Write.Remove(mark, document.get().version())));
        }
    }
}

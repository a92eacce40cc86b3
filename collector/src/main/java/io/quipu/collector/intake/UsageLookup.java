package io.quipu.collector.intake;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.usage.Position;
import io.quipu.common.web.Problem;
import java.util.Optional;

/** Finds accepted usage by its location, and says what became of it, for as long as the log is kept. Thread-safe. */
public final class UsageLookup {

    private final UsageLog log;
    private final DispositionSource dispositions;

    /** A look-up in a log. */
    public UsageLookup(UsageLog log, DispositionSource dispositions) {
        this.log = log;
        this.dispositions = dispositions;
    }

    /**
     * The usage at a location.
     *
     * @param path the path of the request as it was sent, not decoded
     * @throws Problem 404 {@code usage_not_found} when there is none, or another than the path says; 410 {@code trimmed}
     *     when the log is no longer kept that far back
     */
    public UsageDocument find(String path) {
        Locations.Location location = Locations.parse(path).orElseThrow(UsageLookup::notFound);
        int partition = location.partition();
        if (location.organizationId().filter(id -> log.partition(id) != partition).isPresent()) {
            throw notFound();
        }
        long number = Position.segment(location.position());
        Optional<Segment> segment = log.read(partition, number);
        if (segment.isEmpty()) {
            long kept = log.lowestKept(partition);
            throw number < kept ? Problem.of(410, "trimmed", "The log is kept from segment " + kept
                    + " of partition " + partition + " on; this usage was in segment " + number) : notFound();
        }
        int index = Position.index(location.position());
        if (index >= segment.get().usage().size()) {
            throw notFound();
        }
        LoggedUsage usage = segment.get().usage().get(index);
        if (usage.completes() || !location.names(usage.origin())) {
            throw notFound();
        }
        return UsageDocument.of(usage, partition, location.position(), segment.get().time(),
                dispositions.of(partition, location.position()).orElse(DispositionSource.Disposition.ACCEPTED));
    }

    private static Problem notFound() {
        return Problem.of(404, "usage_not_found", "There is no such usage");
    }
}

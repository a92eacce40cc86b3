package io.quipu.collector.intake;

import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Position;
import java.util.Optional;
import java.util.function.Consumer;

/** Lists the accepted usage of an organization that counts nowhere, and why: nothing that was accepted vanishes. */
public final class RejectedUsages {

    private final UsageLog log;
    private final LogDocuments documents;

    /** Of a log and its documents. */
    public RejectedUsages(UsageLog log, LogDocuments documents) {
        this.log = log;
        this.documents = documents;
    }

    /**
     * Reads all rejected usage of an organization, oldest first, as long as the log keeps it.
     *
     * @throws io.quipu.common.store.StoreException when the store is away
     */
    public void read(String organizationId, Consumer<Entry> reader) {
        int partition = log.partition(organizationId);
        documents.rejections(partition, organizationId, rejection ->
                usage(partition, rejection.position()).ifPresent(usage -> reader.accept(new Entry(
                        Locations.of(usage.origin(), partition, rejection.position()), usage.event(), rejection.stage(),
                        rejection.code(), rejection.reason()))));
    }

    private Optional<LoggedUsage> usage(int partition, long position) {
        Optional<Segment> segment = log.read(partition, Position.segment(position));
        return segment.map(found -> found.usage().get(Position.index(position)));
    }

    /**
     * A rejected usage.
     *
     * @param location where the usage itself is found
     * @param event what happened, when it is an event; null when it is a usage
     * @param stage the stage that rejected it
     * @param code stable and machine-readable
     * @param reason a sentence for people
     */
    public record Entry(String location, Event event, String stage, String code, String reason) {
    }
}

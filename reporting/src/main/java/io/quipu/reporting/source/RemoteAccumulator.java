package io.quipu.reporting.source;

import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Asks the accumulator over HTTP, and takes no answer that is cut or not its own. Thread-safe. */
public final class RemoteAccumulator implements Accumulator {

    private final Neighbour neighbour;

    /** Reads from that neighbour. */
    public RemoteAccumulator(Neighbour neighbour) {
        this.neighbour = neighbour;
    }

    @Override
    public void instances(String organizationId, String spaceId, List<String> consumerIds, Set<Window> windows,
            Consumer<List<InstanceWindow>> instances) {
        byte[] query = Json.write(new Query(organizationId, spaceId, consumerIds, List.copyOf(windows)));
        neighbour.post("/v1/metering/accumulated/usage/instances", query, body -> {
            EndedStream stream = new EndedStream();
            Lines.read(body, line -> {
                InstanceDocuments instance = Json.read(line, InstanceDocuments.class);
                stream.line(instance.last());
                for (InstanceWindow document : instance.documents()) {
                    if (!document.organizationId().equals(organizationId) || !document.spaceId().equals(spaceId)
                            || !consumerIds.contains(document.consumerId()) || !windows.contains(document.window())) {
                        throw new UnusableAnswerException("it answered a document that was not asked for");
                    }
                }
                if (!instance.documents().isEmpty()) {
                    instances.accept(instance.documents());
                }
            });
            stream.complete();
            return stream;
        });
    }

    /**
     * What is asked.
     *
     * @param organizationId the organization
     * @param spaceId the space
     * @param consumerIds consumers in it
     * @param windows the windows
     */
    record Query(String organizationId, String spaceId, List<String> consumerIds, List<Window> windows) {
    }

    /**
     * A line about an instance under a plan path, or the last line.
     *
     * @param documents one per window that has one
     * @param end true in the last line, which has nothing else
     */
    record InstanceDocuments(List<InstanceWindow> documents, Boolean end) {
        InstanceDocuments {
            if (!Boolean.TRUE.equals(end) && documents == null) {
                throw new UnusableAnswerException("a line of its answer has no documents");
            }
            documents = documents == null ? List.of() : List.copyOf(documents);
        }

        boolean last() {
            return Boolean.TRUE.equals(end);
        }
    }
}

package io.quipu.reporting.source;

import io.quipu.common.http.EndedStream;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.UnusableAnswerException;
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
        WindowDocuments documents = new WindowDocuments(windows);
        Set<String> asked = Set.copyOf(consumerIds);
        neighbour.post("/v1/metering/accumulated/usage/instances", query, body -> {
            EndedStream stream = new EndedStream();
            NewlineDelimited.read(body, line -> {
                boolean last = EndedStream.isEnd(line);
                stream.line(last);
                if (last) {
                    return;
                }
                List<InstanceWindow> found = documents.instance(line);
                if (found == null) {
                    throw new UnusableAnswerException("a line of its answer has no documents");
                }
                for (InstanceWindow document : found) {
                    if (!document.organizationId().equals(organizationId) || !document.spaceId().equals(spaceId)
                            || !asked.contains(document.consumerId()) || !windows.contains(document.window())) {
                        throw new UnusableAnswerException("it answered a document that was not asked for");
                    }
                }
                if (!found.isEmpty()) {
                    instances.accept(found);
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
}

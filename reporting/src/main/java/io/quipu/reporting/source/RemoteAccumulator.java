package io.quipu.reporting.source;

import io.quipu.common.http.EndedStream;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningQuery;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Asks the accumulator over HTTP, and takes no answer that is cut or not its own. Thread-safe. */
public final class RemoteAccumulator implements Accumulator, RunningInstances {

    private static final Problem NO_PAGE = Problem.of(400, "invalid", "There is no such page.").with(List.of(
            new Violation("page", "unknown", "page is only ever what the next of the page before says")));

    private final Neighbour neighbour;

    /** Reads from that neighbour. */
    public RemoteAccumulator(Neighbour neighbour) {
        this.neighbour = neighbour;
    }

    @Override
    public void instances(String organizationId, String spaceId, List<String> consumerIds, Set<Window> windows,
            Consumer<InstanceDocuments> instances) {
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
                InstanceDocuments found = documents.instance(line);
                if (found == null) {
                    throw new UnusableAnswerException("a line of its answer has no documents");
                }
                for (InstanceWindow document : found.documents()) {
                    require(document.organizationId().equals(organizationId) && document.spaceId().equals(spaceId)
                            && asked.contains(document.consumerId()) && windows.contains(document.window()));
                }
                InstanceLevels levels = found.levels();
                require(levels == null || levels.organizationId().equals(organizationId) && levels.spaceId().equals(spaceId)
                        && asked.contains(levels.consumerId()));
                if (!found.isEmpty()) {
                    instances.accept(found);
                }
            });
            stream.complete();
            return stream;
        });
    }

    private static void require(boolean asked) {
        if (!asked) {
            throw new UnusableAnswerException("it answered a document that was not asked for");
        }
    }

    @Override
    public RunningPage page(RunningQuery query) {
        Map<Integer, Problem> faults = query.page() == null ? Map.of() : Map.of(NO_PAGE.status(), NO_PAGE);
        return neighbour.post("/v1/metering/accumulated/usage/running", Json.write(query), faults, body -> {
            RunningPage page = Json.read(body.readAllBytes(), RunningPage.class);
            for (RunningInstance instance : page.instances()) {
                if (!instance.organizationId().equals(query.organizationId()) || !asked(query, instance.resourceId())) {
                    throw new UnusableAnswerException("it answered an instance that was not asked for");
                }
                complete(instance.spaceId(), instance.consumerId(), instance.resourceInstanceId(), instance.path());
                instance.levels().forEach(level -> complete(level.metric(), level.level()));
            }
            for (RunningPage.Silent silent : page.silent()) {
                if (!asked(query, silent.resourceId())) {
                    throw new UnusableAnswerException("it answered a resource that was not asked for");
                }
            }
            if (page.next() != null && page.next().equals(query.page())) {
                throw new UnusableAnswerException("its next page does not go on");
            }
            return page;
        });
    }

    private static boolean asked(RunningQuery query, String resourceId) {
        complete(resourceId);
        return query.resourceId() == null || query.resourceId().equals(resourceId);
    }

    private static void complete(Object... members) {
        for (Object member : members) {
            if (member == null) {
                throw new UnusableAnswerException("its answer says of something neither what nor where it is");
            }
        }
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

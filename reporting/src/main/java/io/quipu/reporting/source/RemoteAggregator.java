package io.quipu.reporting.source;

import io.quipu.common.http.EndedStream;
import io.quipu.common.http.NewlineDelimited;
import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.wire.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.util.UriBuilder;
import tools.jackson.core.type.TypeReference;

/** Asks the aggregator over HTTP, and takes no answer that is cut or not its own. Thread-safe. */
public final class RemoteAggregator implements Aggregator {

    /** Plan versions that one request may ask for. */
    public static final int MAX_PLANS = 100;

    private static final TypeReference<Map<String, PlanVersion>> PLANS = new TypeReference<>() { };

    private final Neighbour neighbour;

    /** Reads from that neighbour. */
    public RemoteAggregator(Neighbour neighbour) {
        this.neighbour = neighbour;
    }

    @Override
    public OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels) {
        return organization(organizationId, windows, windowsOfLevels, new OrganizationAnswer(windows));
    }

    @Override
    public OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels,
            Set<Window> hours) {
        return organization(organizationId, windows, windowsOfLevels, new OrganizationAnswer(windows, hours));
    }

    private OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels,
            OrganizationAnswer reader) {
        return neighbour.get(uri -> windows(uri.path("/v1/metering/aggregated/usage/organization")
                .queryParam("organization_id", "{organization}"), windows)
                .queryParamIfPresent("window_of_levels", ids(windowsOfLevels)).build(organizationId), body -> {
            OrganizationDocuments answer = reader.read(body.readAllBytes());
            for (OrganizationWindow document : answer.documents()) {
                boolean ofLevels = answer.levels() != null && windowsOfLevels.contains(document.window());
                own(document.organizationId().equals(organizationId) && (ofLevels || windows.contains(document.window())));
            }
            own(answer.levels() == null || answer.levels().organizationId().equals(organizationId));
            return answer;
        });
    }

    @Override
    public void consumers(String organizationId, String spaceId, Set<Window> windows, boolean levels, Lines lines) {
        WindowDocuments documents = new WindowDocuments(windows);
        neighbour.get(uri -> windows(uri.path("/v1/metering/aggregated/usage/consumers")
                .queryParam("organization_id", "{organization}")
                .queryParam("space_id", "{space}")
                .queryParamIfPresent("levels", Optional.of(true).filter(asked -> levels)), windows)
                .build(organizationId, spaceId), body -> {
            EndedStream stream = new EndedStream();
            NewlineDelimited.read(body, line -> {
                boolean last = EndedStream.isEnd(line);
                stream.line(last);
                if (!last) {
                    lines.line(() -> {
                        ConsumerDocuments consumer = documents.consumer(line);
                        for (ConsumerWindow document : consumer.documents()) {
                            own(document.organizationId().equals(organizationId) && document.spaceId().equals(spaceId)
                                    && document.consumerId().equals(consumer.consumerId()), windows, document.window());
                        }
                        ConsumerLevels own = consumer.levels();
                        own(own == null || own.organizationId().equals(organizationId) && own.spaceId().equals(spaceId)
                                && own.consumerId().equals(consumer.consumerId()));
                        return consumer;
                    });
                }
            });
            stream.complete();
            lines.complete();
            return stream;
        });
    }

    @Override
    public Map<String, PlanVersion> plans(Collection<String> ids) {
        Map<String, PlanVersion> plans = new HashMap<>();
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += MAX_PLANS) {
            List<String> some = all.subList(from, Math.min(all.size(), from + MAX_PLANS));
            plans.putAll(neighbour.get(uri -> uri.path("/v1/metering/aggregated/plans")
                    .queryParam("id", some).build(), body -> {
                Map<String, PlanVersion> found = Json.shared().readValue(body.readAllBytes(), PLANS);
                for (String id : some) {
                    if (found.get(id) == null) {
                        throw new UnusableAnswerException("it does not know plan version " + id);
                    }
                }
                return found;
            }));
        }
        return plans;
    }

    private static UriBuilder windows(UriBuilder uri, Set<Window> windows) {
        return uri.queryParam("window", ids(windows).orElseThrow());
    }

    private static Optional<List<String>> ids(Set<Window> windows) {
        return Optional.of(windows.stream().map(Window::id).toList()).filter(ids -> !ids.isEmpty());
    }

    private static void own(boolean ids, Set<Window> windows, Window window) {
        own(ids && windows.contains(window));
    }

    private static void own(boolean asked) {
        if (!asked) {
            throw new UnusableAnswerException("it answered a document that was not asked for");
        }
    }
}

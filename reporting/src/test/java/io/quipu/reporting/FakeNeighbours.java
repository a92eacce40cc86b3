package io.quipu.reporting;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Collector.Page;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Answers as aggregator, accumulator and collector would, from ledgers: one for the parents, one for the rest. */
public final class FakeNeighbours implements ResponseDefinitionTransformerV2 {

    private volatile Ledger parents = new Ledger();
    private volatile Ledger children = new Ledger();
    private volatile int laggingReads;
    private volatile Ledger lagging = new Ledger();
    private volatile boolean levelsAhead;

    /** Both levels have come as far. */
    public void serve(Ledger ledger) {
        serve(ledger, ledger, 0);
    }

    /** The first so many readings of the parents find them behind the children. */
    public void serve(Ledger behind, Ledger ledger, int reads) {
        lagging = behind;
        levelsAhead = false;
        laggingReads = reads;
        parents = ledger;
        children = ledger;
    }

    /** The same, but the organization's levels have come as far as the children: a batch is being written. */
    public void serveLevelsAhead(Ledger behind, Ledger ledger, int reads) {
        serve(behind, ledger, reads);
        levelsAhead = true;
    }

    @Override
    public String getName() {
        return "neighbours";
    }

    @Override
    public boolean applyGlobally() {
        return false;
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        Request request = event.getRequest();
        String path = request.getUrl().replaceAll("\\?.*", "");
        String body = switch (path) {
            case "/v1/metering/aggregated/usage/organization" -> organization(request);
            case "/v1/metering/aggregated/usage/consumers" -> consumers(request);
            case "/v1/metering/aggregated/plans" -> plans(request);
            case "/v1/metering/accumulated/usage/instances" -> instances(request);
            case "/v1/metering/collected/usage/log" -> log(request);
            case "/v1/metering/collected/usage/log/progress" -> text(Map.of("partition", 0, "cursor",
                    children.usage().size() - 1));
            default -> throw new IllegalStateException(path);
        };
        return new ResponseDefinitionBuilder().withStatus(200).withBody(body).build();
    }

    private synchronized String organization(Request request) {
        Ledger ledger = laggingReads-- > 0 ? lagging : parents;
        OrganizationLevels levels = levelsAhead ? children.levels() : ledger.levels();
        Set<Window> windows = windows(request, "window");
        if (levels != null) {
            windows.addAll(windows(request, "window_of_levels"));
        }
        boolean own = request.queryParameter("organization_id").firstValue().equals(Ledger.ORGANIZATION);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("documents", own ? ledger.organization(windows) : List.of());
        if (own && levels != null) {
            answer.put("levels", levels);
        }
        return text(answer);
    }

    private String consumers(Request request) {
        StringBuilder lines = new StringBuilder();
        String space = request.queryParameter("space_id").firstValue();
        Map<String, List<ConsumerWindow>> consumers = children.consumers(space, windows(request, "window"));
        Map<String, ConsumerLevels> levels = request.queryParameter("levels").isPresent() ? children.levels(space) : Map.of();
        levels.keySet().forEach(id -> consumers.putIfAbsent(id, List.of()));
        consumers.forEach((id, documents) -> {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("consumer_id", id);
            line.put("documents", documents);
            if (levels.containsKey(id)) {
                line.put("levels", levels.get(id));
            }
            // each one twice: readers deduplicate
            lines.append(text(line)).append('\n').append(text(line)).append('\n');
        });
        return lines.append("{\"end\":true}\n").toString();
    }

    private String plans(Request request) {
        Map<String, PlanVersion> found = new LinkedHashMap<>();
        request.queryParameter("id").values().forEach(id -> found.put(id, children.plans().get(id)));
        return text(found);
    }

    private String instances(Request request) {
        JsonNode query = Json.shared().readTree(request.getBody());
        Set<Window> windows = new TreeSet<>();
        query.get("windows").forEach(window -> windows.add(Window.parse(window.stringValue())));
        List<String> consumers = query.get("consumer_ids").valueStream().map(JsonNode::stringValue).toList();
        StringBuilder lines = new StringBuilder();
        children.instances(query.get("space_id").stringValue(), consumers, windows)
                .forEach(instance -> lines.append(text(instance)).append('\n'));
        return lines.append("{\"end\":true}\n").toString();
    }

    /** All usage on the first page, and an empty second one. */
    private String log(Request request) {
        Window month = Window.parse(request.queryParameter("month").firstValue());
        long from = request.queryParameter("from").isPresent()
                ? Long.parseLong(request.queryParameter("from").firstValue()) : 0;
        StringBuilder lines = new StringBuilder();
        children.plans().forEach((id, version) ->
                lines.append(text(Map.of("plan", Map.of("id", id, "version", version)))).append('\n'));
        boolean own = request.queryParameter("organization_id").firstValue().equals(Ledger.ORGANIZATION);
        for (int i = 0; own && from == 0 && i < children.usage().size(); i++) {
            if (month.contains(children.usage().get(i).end())) {
                lines.append(text(Map.of("usage", children.logged(i)))).append('\n');
            }
        }
        Page page = new Page(true, from == 0 ? 1L : null);
        return lines.append(text(Map.of("page", page))).append("\n{\"end\":true}\n").toString();
    }

    private static Set<Window> windows(Request request, String parameter) {
        return !request.queryParameter(parameter).isPresent() ? Set.of()
                : request.queryParameter(parameter).values().stream().map(Window::parse)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Object document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }
}

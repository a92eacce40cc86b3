package io.quipu.reporting.source;

import static io.quipu.reporting.source.DocumentParts.path;
import static io.quipu.reporting.source.Tokens.end;
import static io.quipu.reporting.source.Tokens.first;
import static io.quipu.reporting.source.Tokens.list;
import static io.quipu.reporting.source.Tokens.next;
import static io.quipu.reporting.source.Tokens.text;

import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow.MetricState;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the documents of consumers and instances token by token: a report has thousands of them, and reading them into
 * records by way of their components takes a third of its time. Members that it does not know are passed over. Whatever is
 * not as it should be is an exception of the parser or of the record. Thread-safe.
 */
final class WindowDocuments {

    private final KnownWindows windows;
    private final LevelParts levels;

    /** For answers that mostly name those windows. */
    WindowDocuments(Set<Window> asked) {
        this.windows = new KnownWindows(asked);
        this.levels = new LevelParts(windows);
    }

    /** A line about a consumer. */
    ConsumerDocuments consumer(byte[] line) {
        try (JsonParser json = Json.shared().createParser(line)) {
            String consumerId = null;
            List<ConsumerWindow> documents = null;
            ConsumerLevels levels = null;
            json.nextToken();
            for (String name = first(json); name != null; name = next(json)) {
                switch (name) {
                    case "consumer_id" -> consumerId = text(json);
                    case "documents" -> documents = list(json, this::consumerWindow);
                    case "levels" -> levels = json.currentToken() == JsonToken.VALUE_NULL ? null : consumerLevels(json);
                    default -> json.skipChildren();
                }
            }
            end(json);
            return new ConsumerDocuments(consumerId, documents, levels);
        }
    }

    /** A line about an instance: its documents and levels; null when it says nothing of it. */
    InstanceDocuments instance(byte[] line) {
        try (JsonParser json = Json.shared().createParser(line)) {
            List<InstanceWindow> documents = null;
            InstanceLevels levels = null;
            json.nextToken();
            for (String name = first(json); name != null; name = next(json)) {
                switch (name) {
                    case "documents" -> documents = list(json, this::instanceWindow);
                    case "levels" -> levels = json.currentToken() == JsonToken.VALUE_NULL ? null : instanceLevels(json);
                    default -> json.skipChildren();
                }
            }
            end(json);
            return documents == null ? null : new InstanceDocuments(documents, levels);
        }
    }

    private ConsumerWindow consumerWindow(JsonParser json) {
        DocumentHead head = new DocumentHead(windows);
        List<PlanTotals> plans = null;
        for (String name = first(json); name != null; name = next(json)) {
            if (name.equals("plans")) {
                plans = list(json, DocumentParts::plan);
            } else {
                head.member(json, name);
            }
        }
        return new ConsumerWindow(head.version(), head.organizationId(), head.spaceId(), head.consumerId(), head.window(),
                head.watermark(), head.processed(), plans);
    }

    private ConsumerLevels consumerLevels(JsonParser json) {
        DocumentHead head = new DocumentHead(windows);
        List<PlanLevels> plans = null;
        for (String name = first(json); name != null; name = next(json)) {
            if (name.equals("plans")) {
                plans = list(json, levels::plan);
            } else {
                head.member(json, name);
            }
        }
        return new ConsumerLevels(head.version(), head.organizationId(), head.spaceId(), head.consumerId(), head.watermark(), plans);
    }

    private InstanceLevels instanceLevels(JsonParser json) {
        DocumentHead head = new DocumentHead(windows);
        String resourceInstanceId = null;
        long position = 0;
        long from = 0;
        PlanLevels plan = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "resource_instance_id" -> resourceInstanceId = text(json);
                case "position" -> position = json.getLongValue();
                case "from" -> from = json.getLongValue();
                case "plan" -> plan = levels.plan(json);
                default -> head.member(json, name);
            }
        }
        return new InstanceLevels(head.organizationId(), head.spaceId(), head.consumerId(), resourceInstanceId, position,
                head.processed(), from, plan);
    }

    private InstanceWindow instanceWindow(JsonParser json) {
        DocumentHead head = new DocumentHead(windows);
        String resourceId = null;
        String resourceInstanceId = null;
        PlanPath path = null;
        String plan = null;
        long start = 0;
        long end = 0;
        List<MetricState> metrics = null;
        Boolean levelsOnly = null;
        Long leveled = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "resource_id" -> resourceId = text(json);
                case "resource_instance_id" -> resourceInstanceId = text(json);
                case "path" -> path = path(json);
                case "plan" -> plan = text(json);
                case "start" -> start = json.getLongValue();
                case "end" -> end = json.getLongValue();
                case "metrics" -> metrics = list(json, DocumentParts::state);
                case "levels_only" -> levelsOnly = json.getBooleanValue();
                case "leveled" -> leveled = json.getLongValue();
                default -> head.member(json, name);
            }
        }
        return new InstanceWindow(head.version(), head.organizationId(), head.spaceId(), head.consumerId(), resourceId,
                resourceInstanceId, path, head.window(), head.watermark(), plan, start, end, head.processed(), metrics,
                levelsOnly, leveled);
    }
}

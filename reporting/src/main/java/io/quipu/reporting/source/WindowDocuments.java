package io.quipu.reporting.source;

import static io.quipu.reporting.source.DocumentParts.path;
import static io.quipu.reporting.source.DocumentParts.watermark;
import static io.quipu.reporting.source.Tokens.end;
import static io.quipu.reporting.source.Tokens.first;
import static io.quipu.reporting.source.Tokens.list;
import static io.quipu.reporting.source.Tokens.next;
import static io.quipu.reporting.source.Tokens.number;
import static io.quipu.reporting.source.Tokens.text;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow.MetricState;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the documents of consumers and instances token by token: a report has thousands of them, and reading them into
 * records by way of their components takes a third of its time. Members that it does not know are passed over. Whatever is
 * not as it should be is an exception of the parser or of the record. Thread-safe.
 */
final class WindowDocuments {

    private final Map<String, Window> asked = new HashMap<>();

    /** For answers that mostly name those windows. */
    WindowDocuments(Set<Window> asked) {
        asked.forEach(window -> this.asked.put(window.id(), window));
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

    /** A line about an instance: its documents; null when it says nothing of them. */
    List<InstanceWindow> instance(byte[] line) {
        try (JsonParser json = Json.shared().createParser(line)) {
            List<InstanceWindow> documents = null;
            json.nextToken();
            for (String name = first(json); name != null; name = next(json)) {
                if (name.equals("documents")) {
                    documents = list(json, this::instanceWindow);
                } else {
                    json.skipChildren();
                }
            }
            end(json);
            return documents;
        }
    }

    private ConsumerWindow consumerWindow(JsonParser json) {
        Head head = new Head();
        List<PlanTotals> plans = null;
        for (String name = first(json); name != null; name = next(json)) {
            if (name.equals("plans")) {
                plans = list(json, DocumentParts::plan);
            } else {
                head.member(json, name);
            }
        }
        return new ConsumerWindow(head.version, head.organizationId, head.spaceId, head.consumerId, head.window,
                head.watermark, head.processed, plans);
    }

    private ConsumerLevels consumerLevels(JsonParser json) {
        Head head = new Head();
        List<PlanLevels> plans = null;
        for (String name = first(json); name != null; name = next(json)) {
            if (name.equals("plans")) {
                plans = list(json, this::planLevels);
            } else {
                head.member(json, name);
            }
        }
        return new ConsumerLevels(head.version, head.organizationId, head.spaceId, head.consumerId, head.watermark, plans);
    }

    private PlanLevels planLevels(JsonParser json) {
        String resourceId = null;
        PlanPath path = null;
        String plan = null;
        List<PlanLevels.MetricLevels> metrics = null;
        List<PlanLevels.Tariff> tariffs = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "resource_id" -> resourceId = text(json);
                case "path" -> path = path(json);
                case "plan" -> plan = text(json);
                case "metrics" -> metrics = list(json, this::metricLevels);
                case "tariffs" -> tariffs = list(json, element -> element.readValueAs(PlanLevels.Tariff.class));
                default -> json.skipChildren();
            }
        }
        return new PlanLevels(resourceId, path, plan, metrics, tariffs);
    }

    private PlanLevels.MetricLevels metricLevels(JsonParser json) {
        String metric = null;
        List<PlanLevels.MonthChange> months = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "metric" -> metric = text(json);
                case "months" -> months = list(json, this::monthChange);
                default -> json.skipChildren();
            }
        }
        return new PlanLevels.MetricLevels(metric, months);
    }

    private PlanLevels.MonthChange monthChange(JsonParser json) {
        Window month = null;
        BigDecimal change = null;
        BigDecimal costChange = null;
        BigDecimal pooledChange = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "month" -> month = window(json);
                case "change" -> change = json.getDecimalValue();
                case "cost_change" -> costChange = json.getDecimalValue();
                case "pooled_change" -> pooledChange = number(json);
                default -> json.skipChildren();
            }
        }
        return new PlanLevels.MonthChange(month, change, costChange, pooledChange);
    }

    private InstanceWindow instanceWindow(JsonParser json) {
        Head head = new Head();
        String resourceId = null;
        String resourceInstanceId = null;
        PlanPath path = null;
        String plan = null;
        long start = 0;
        long end = 0;
        List<MetricState> metrics = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "resource_id" -> resourceId = text(json);
                case "resource_instance_id" -> resourceInstanceId = text(json);
                case "path" -> path = path(json);
                case "plan" -> plan = text(json);
                case "start" -> start = json.getLongValue();
                case "end" -> end = json.getLongValue();
                case "metrics" -> metrics = list(json, DocumentParts::state);
                default -> head.member(json, name);
            }
        }
        return new InstanceWindow(head.version, head.organizationId, head.spaceId, head.consumerId, resourceId,
                resourceInstanceId, path, head.window, head.watermark, plan, start, end, head.processed, metrics);
    }

    /** What the documents of both kinds begin with. */
    private final class Head {

        private int version;
        private String organizationId;
        private String spaceId;
        private String consumerId;
        private Window window;
        private Watermark watermark;
        private long processed;

        private void member(JsonParser json, String name) {
            switch (name) {
                case "version" -> version = json.getIntValue();
                case "organization_id" -> organizationId = text(json);
                case "space_id" -> spaceId = text(json);
                case "consumer_id" -> consumerId = text(json);
                case "window" -> window = window(json);
                case "watermark" -> watermark = watermark(json);
                case "processed" -> processed = json.getLongValue();
                default -> json.skipChildren();
            }
        }
    }

    private Window window(JsonParser json) {
        String id = json.getString();
        Window window = asked.get(id);
        return window != null ? window : Window.parse(id);
    }
}

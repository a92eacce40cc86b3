package io.quipu.reporting.source;

import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow.HourState;
import io.quipu.common.totals.InstanceWindow.MetricState;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal.HourTotal;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
            object(json);
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                json.nextToken();
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
            object(json);
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                json.nextToken();
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
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            if (name.equals("plans")) {
                plans = list(json, WindowDocuments::plan);
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
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
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
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
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
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
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
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
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
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "resource_id" -> resourceId = text(json);
                case "resource_instance_id" -> resourceInstanceId = text(json);
                case "path" -> path = path(json);
                case "plan" -> plan = text(json);
                case "start" -> start = json.getLongValue();
                case "end" -> end = json.getLongValue();
                case "metrics" -> metrics = list(json, WindowDocuments::state);
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

    private static Watermark watermark(JsonParser json) {
        long position = 0;
        long prunedTo = 0;
        List<Rejection> rejected = null;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "position" -> position = json.getLongValue();
                case "pruned_to" -> prunedTo = json.getLongValue();
                case "rejected" -> rejected = list(json, element -> element.readValueAs(Rejection.class));
                default -> json.skipChildren();
            }
        }
        return new Watermark(position, rejected, prunedTo);
    }

    private static PlanTotals plan(JsonParser json) {
        String resourceId = null;
        PlanPath path = null;
        String plan = null;
        List<MetricTotal> metrics = null;
        Boolean levelsOnly = null;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "resource_id" -> resourceId = text(json);
                case "path" -> path = path(json);
                case "plan" -> plan = text(json);
                case "metrics" -> metrics = list(json, WindowDocuments::total);
                case "levels_only" -> levelsOnly = json.getBooleanValue();
                default -> json.skipChildren();
            }
        }
        return new PlanTotals(resourceId, path, plan, metrics, levelsOnly);
    }

    private static PlanPath path(JsonParser json) {
        String plan = null;
        String metering = null;
        String rating = null;
        String pricing = null;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "plan_id" -> plan = text(json);
                case "metering_plan_id" -> metering = text(json);
                case "rating_plan_id" -> rating = text(json);
                case "pricing_plan_id" -> pricing = text(json);
                default -> json.skipChildren();
            }
        }
        return new PlanPath(plan, metering, rating, pricing);
    }

    private static MetricTotal total(JsonParser json) {
        String metric = null;
        Value quantity = null;
        BigDecimal cost = null;
        List<HourTotal> hours = null;
        LevelSums level = null;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "metric" -> metric = text(json);
                case "quantity" -> quantity = value(json);
                case "cost" -> cost = number(json);
                case "hours" -> hours = list(json, element -> element.readValueAs(HourTotal.class));
                case "level" -> level = json.currentToken() == JsonToken.VALUE_NULL ? null : level(json);
                default -> json.skipChildren();
            }
        }
        return new MetricTotal(metric, quantity, cost, hours, level);
    }

    private static LevelSums level(JsonParser json) {
        BigDecimal change = null;
        BigDecimal area = null;
        BigDecimal costChange = null;
        BigDecimal costArea = null;
        BigDecimal pooledChange = null;
        BigDecimal pooledArea = null;
        long last = 0;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "change" -> change = json.getDecimalValue();
                case "area" -> area = json.getDecimalValue();
                case "cost_change" -> costChange = json.getDecimalValue();
                case "cost_area" -> costArea = json.getDecimalValue();
                case "last" -> last = json.getLongValue();
                case "pooled_change" -> pooledChange = number(json);
                case "pooled_area" -> pooledArea = number(json);
                default -> json.skipChildren();
            }
        }
        return new LevelSums(change, area, costChange, costArea, last, pooledChange, pooledArea);
    }

    private static MetricState state(JsonParser json) {
        String metric = null;
        Value state = null;
        List<HourState> hours = null;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "metric" -> metric = text(json);
                case "state" -> state = value(json);
                case "hours" -> hours = list(json, WindowDocuments::hour);
                default -> json.skipChildren();
            }
        }
        return new MetricState(metric, state, hours);
    }

    private static HourState hour(JsonParser json) {
        int hour = 0;
        Value state = null;
        object(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "hour" -> hour = json.getIntValue();
                case "state" -> state = value(json);
                default -> json.skipChildren();
            }
        }
        return new HourState(hour, state);
    }

    private static Value value(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return json.currentToken().isNumeric() ? Value.of(json.getDecimalValue()) : json.readValueAs(Value.class);
    }

    private static BigDecimal number(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : json.getDecimalValue();
    }

    private static String text(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : json.getString();
    }

    private static <T> List<T> list(JsonParser json, Function<JsonParser, T> element) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(json, JsonToken.START_ARRAY);
        List<T> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(element.apply(json));
        }
        return elements;
    }

    /** Nothing may follow a document. */
    private static void end(JsonParser json) {
        if (json.nextToken() != null) {
            throw new UnusableAnswerException("a line of its answer has more than one document");
        }
    }

    private static void object(JsonParser json) {
        require(json, JsonToken.START_OBJECT);
    }

    private static void require(JsonParser json, JsonToken token) {
        if (json.currentToken() != token) {
            throw new UnusableAnswerException("its answer has " + json.currentToken() + " where " + token + " belongs");
        }
    }
}

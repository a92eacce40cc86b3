package io.quipu.reporting.source;

import static io.quipu.reporting.source.Tokens.first;
import static io.quipu.reporting.source.Tokens.list;
import static io.quipu.reporting.source.Tokens.next;
import static io.quipu.reporting.source.Tokens.number;
import static io.quipu.reporting.source.Tokens.text;

import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.InstanceWindow.HourState;
import io.quipu.common.totals.InstanceWindow.LevelChanges;
import io.quipu.common.totals.InstanceWindow.MetricState;
import io.quipu.common.totals.LevelSums;
import io.quipu.common.totals.MetricTotal.HourTotal;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.totals.TotalsJson;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what documents are made of, token by token. Members that it does not know are passed over. */
final class DocumentParts {

    /** After the last hour of a day. */
    static final int NO_HOUR = 24;

    private DocumentParts() {
    }

    static Watermark watermark(JsonParser json) {
        long position = 0;
        long prunedTo = 0;
        List<Rejection> rejected = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "position" -> position = json.getLongValue();
                case "pruned_to" -> prunedTo = json.getLongValue();
                case "rejected" -> rejected = list(json, element -> element.readValueAs(Rejection.class));
                default -> json.skipChildren();
            }
        }
        return new Watermark(position, rejected, prunedTo);
    }

    static PlanTotals plan(JsonParser json) {
        return plan(json, 0);
    }

    /** Totals with their hours from one on; {@link #NO_HOUR} for none. */
    static PlanTotals plan(JsonParser json, int firstHour) {
        String resourceId = null;
        PlanPath path = null;
        String plan = null;
        List<MetricTotal> metrics = null;
        Boolean levelsOnly = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "resource_id" -> resourceId = text(json);
                case "path" -> path = path(json);
                case "plan" -> plan = text(json);
                case "metrics" -> metrics = list(json, element -> total(element, firstHour));
                case "levels_only" -> levelsOnly = json.getBooleanValue();
                default -> json.skipChildren();
            }
        }
        return new PlanTotals(resourceId, path, plan, metrics, levelsOnly);
    }

    static PlanPath path(JsonParser json) {
        String plan = null;
        String metering = null;
        String rating = null;
        String pricing = null;
        for (String name = first(json); name != null; name = next(json)) {
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

    private static MetricTotal total(JsonParser json, int firstHour) {
        String metric = null;
        Value quantity = null;
        BigDecimal cost = null;
        List<HourTotal> hours = null;
        LevelSums level = null;
        BigDecimal price = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "metric" -> metric = text(json);
                case "quantity" -> quantity = Json.value(json);
                case "cost" -> cost = number(json);
                case "hours" -> hours = hours(json, firstHour);
                case "level" -> level = json.currentToken() == JsonToken.VALUE_NULL ? null : TotalsJson.level(json);
                case "price" -> price = number(json);
                default -> json.skipChildren();
            }
        }
        return new MetricTotal(metric, quantity, cost, hours, level, price);
    }

    private static List<HourTotal> hours(JsonParser json, int firstHour) {
        if (json.currentToken() != JsonToken.START_ARRAY || firstHour == 0) {
            return list(json, element -> TotalsJson.hour(element, 0));
        }
        List<HourTotal> hours = new ArrayList<>();
        if (firstHour == NO_HOUR) {
            json.skipChildren();
            return hours;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            HourTotal hour = TotalsJson.hour(json, firstHour);
            if (hour != null) {
                hours.add(hour);
            }
        }
        return hours;
    }

    static MetricState state(JsonParser json) {
        String metric = null;
        Value state = null;
        List<HourState> hours = null;
        LevelChanges level = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "metric" -> metric = text(json);
                case "state" -> state = Json.value(json);
                case "hours" -> hours = list(json, DocumentParts::hourState);
                case "level" -> level = json.currentToken() == JsonToken.VALUE_NULL ? null : changes(json);
                default -> json.skipChildren();
            }
        }
        return new MetricState(metric, state, hours, level);
    }

    private static LevelChanges changes(JsonParser json) {
        BigDecimal change = null;
        BigDecimal area = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "change" -> change = json.getDecimalValue();
                case "area" -> area = json.getDecimalValue();
                default -> json.skipChildren();
            }
        }
        return new LevelChanges(change, area);
    }

    private static HourState hourState(JsonParser json) {
        int hour = 0;
        Value state = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "hour" -> hour = json.getIntValue();
                case "state" -> state = Json.value(json);
                default -> json.skipChildren();
            }
        }
        return new HourState(hour, state);
    }
}

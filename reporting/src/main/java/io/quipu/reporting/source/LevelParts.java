package io.quipu.reporting.source;

import static io.quipu.reporting.source.DocumentParts.path;
import static io.quipu.reporting.source.Tokens.first;
import static io.quipu.reporting.source.Tokens.list;
import static io.quipu.reporting.source.Tokens.next;
import static io.quipu.reporting.source.Tokens.number;
import static io.quipu.reporting.source.Tokens.text;

import io.quipu.common.time.Window;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.List;
import tools.jackson.core.JsonParser;

/** Reads what documents of levels are made of, token by token. Members that it does not know are passed over. */
final class LevelParts {

    private final KnownWindows windows;

    LevelParts(KnownWindows windows) {
        this.windows = windows;
    }

    PlanLevels plan(JsonParser json) {
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
                case "month" -> month = windows.window(json);
                case "change" -> change = json.getDecimalValue();
                case "cost_change" -> costChange = json.getDecimalValue();
                case "pooled_change" -> pooledChange = number(json);
                default -> json.skipChildren();
            }
        }
        return new PlanLevels.MonthChange(month, change, costChange, pooledChange);
    }
}

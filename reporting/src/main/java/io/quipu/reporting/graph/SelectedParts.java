package io.quipu.reporting.graph;

import io.quipu.common.wire.Json;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what is selected of a report into memory, and passes over the rest. Numbers stay exact. */
final class SelectedParts {

    private final Allowance allowance;

    private SelectedParts(Allowance allowance) {
        this.allowance = allowance;
    }

    /**
     * Reads a report.
     *
     * @param report its JSON
     * @param selection what is selected of it
     * @param allowance what may be kept
     * @throws io.quipu.common.web.Problem 422 when more would have to be kept
     */
    static Object read(InputStream report, Selection selection, Allowance allowance) {
        try (JsonParser json = Json.shared().createParser(report)) {
            json.nextToken();
            return new SelectedParts(allowance).value(json, selection);
        }
    }

    private Object value(JsonParser json, Selection selection) {
        allowance.value(selection.times());
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json, selection);
            case START_ARRAY -> list(json, selection);
            case VALUE_STRING -> json.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> json.getNumberType() == JsonParser.NumberType.INT || json.getNumberType() == JsonParser.NumberType.LONG
                    ? (Object) json.getLongValue() : json.getDecimalValue();
        };
    }

    private Map<String, Object> object(JsonParser json, Selection selection) {
        Map<String, Object> members = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            Selection member = selection.member(name);
            if (member == null) {
                json.skipChildren();
            } else {
                members.put(name, value(json, member));
            }
        }
        return members;
    }

    private List<Object> list(JsonParser json, Selection selection) {
        List<Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(json, selection));
        }
        return elements;
    }
}

package io.quipu.common.totals;

import io.quipu.common.quantity.Value;
import io.quipu.common.totals.MetricTotal.HourTotal;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;

/**
 * Writes and reads what totals consist of most, the hours of days and the sums of levels: as arrays, whose elements have no
 * names. All hours of a day are written for each batch and sent for each report, and with names they were three quarters of it.
 *
 * <p>The sums of a level are {@code [change, area, cost_change, cost_area, last]}, and of a pooled one {@code [change, area,
 * cost_change, cost_area, last, pooled_change, pooled_area]}. An hour is {@code [hour, quantity, cost]}, with a level {@code
 * [hour, quantity, cost, level]}, and with a price {@code [hour, quantity, cost, level or null, price]}. Further elements are
 * passed over, for which those before may be null or 0. In the first format both were objects, whose members were named like these; such are read, too.
 */
public final class TotalsJson {

    private TotalsJson() {
    }

    /**
     * The sums of a level, on whose first token the parser stands.
     *
     * @throws RuntimeException when there are none
     */
    public static LevelSums level(JsonParser json) {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return namedLevel(json);
        }
        requireArray(json);
        BigDecimal change = next(json).getDecimalValue();
        BigDecimal area = next(json).getDecimalValue();
        BigDecimal costChange = next(json).getDecimalValue();
        BigDecimal costArea = next(json).getDecimalValue();
        long last = next(json).getLongValue();
        BigDecimal pooledChange = null;
        BigDecimal pooledArea = null;
        if (json.nextToken() != JsonToken.END_ARRAY) {
            pooledChange = json.getDecimalValue();
            pooledArea = next(json).getDecimalValue();
            end(json);
        }
        return new LevelSums(change, area, costChange, costArea, last, pooledChange, pooledArea);
    }

    /**
     * The totals of an hour, on whose first token the parser stands.
     *
     * @param first an earlier hour is passed over
     * @return null when it is an earlier one
     * @throws RuntimeException when there are none
     */
    public static HourTotal hour(JsonParser json, int first) {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return namedHour(json, first);
        }
        requireArray(json);
        int hour = next(json).getIntValue();
        if (hour < first) {
            end(json);
            return null;
        }
        Value quantity = Json.value(next(json));
        BigDecimal cost = number(next(json));
        LevelSums level = null;
        BigDecimal price = null;
        if (json.nextToken() != JsonToken.END_ARRAY) {
            level = json.currentToken() == JsonToken.VALUE_NULL ? null : level(json);
            if (json.nextToken() != JsonToken.END_ARRAY) {
                price = number(json);
                end(json);
            }
        }
        return new HourTotal(hour, quantity, cost, level, price);
    }

    private static LevelSums namedLevel(JsonParser json) {
        BigDecimal change = null;
        BigDecimal area = null;
        BigDecimal costChange = null;
        BigDecimal costArea = null;
        Long last = null;
        BigDecimal pooledChange = null;
        BigDecimal pooledArea = null;
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

    private static HourTotal namedHour(JsonParser json, int first) {
        Integer hour = null;
        Value quantity = null;
        BigDecimal cost = null;
        LevelSums level = null;
        BigDecimal price = null;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "hour" -> hour = json.getIntValue();
                case "quantity" -> quantity = Json.value(json);
                case "cost" -> cost = number(json);
                case "level" -> level = json.currentToken() == JsonToken.VALUE_NULL ? null : level(json);
                case "price" -> price = number(json);
                default -> json.skipChildren();
            }
        }
        return hour < first ? null : new HourTotal(hour, quantity, cost, level, price);
    }

    private static void requireArray(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new StreamReadException(json, "neither an array nor an object, but " + json.currentToken());
        }
    }

    private static JsonParser next(JsonParser json) {
        json.nextToken();
        return json;
    }

    private static BigDecimal number(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : json.getDecimalValue();
    }

    /** Goes to the end of the array, past what else it has. */
    private static void end(JsonParser json) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            json.skipChildren();
        }
    }

    private static void write(JsonGenerator json, LevelSums level) {
        json.writeStartArray();
        Json.writeNumber(json, level.change());
        Json.writeNumber(json, level.area());
        Json.writeNumber(json, level.costChange());
        Json.writeNumber(json, level.costArea());
        json.writeNumber(level.last());
        if (level.anyPooled()) {
            Json.writeNumber(json, level.pooled());
            Json.writeNumber(json, level.pooledArea() == null ? BigDecimal.ZERO : level.pooledArea());
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, HourTotal hour) {
        json.writeStartArray();
        json.writeNumber(hour.hour());
        Json.writeValue(json, hour.quantity());
        write(json, hour.cost());
        if (hour.level() != null) {
            write(json, hour.level());
        } else if (hour.price() != null) {
            json.writeNull();
        }
        if (hour.price() != null) {
            Json.writeNumber(json, hour.price());
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, BigDecimal number) {
        if (number == null) {
            json.writeNull();
        } else {
            Json.writeNumber(json, number);
        }
    }

    /** Writes the sums of a level. */
    static final class LevelWriter extends ValueSerializer<LevelSums> {
        @Override
        public void serialize(LevelSums level, JsonGenerator json, SerializationContext context) {
            write(json, level);
        }
    }

    /** Reads the sums of a level. */
    static final class LevelReader extends ValueDeserializer<LevelSums> {
        @Override
        public LevelSums deserialize(JsonParser json, DeserializationContext context) {
            return level(json);
        }
    }

    /** Writes the totals of an hour. */
    static final class HourWriter extends ValueSerializer<HourTotal> {
        @Override
        public void serialize(HourTotal hour, JsonGenerator json, SerializationContext context) {
            write(json, hour);
        }
    }

    /** Reads the totals of an hour. */
    static final class HourReader extends ValueDeserializer<HourTotal> {
        @Override
        public HourTotal deserialize(JsonParser json, DeserializationContext context) {
            return hour(json, 0);
        }
    }
}

package io.quipu.reporting.source;

import io.quipu.common.http.UnusableAnswerException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Goes through documents token by token. Whatever is not as it should be is an exception. */
final class Tokens {

    private Tokens() {
    }

    /** A number, or null. */
    static BigDecimal number(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : json.getDecimalValue();
    }

    /** A string, or null. */
    static String text(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : json.getString();
    }

    /** The elements of an array, or null. */
    static <T> List<T> list(JsonParser json, Function<JsonParser, T> element) {
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
    static void end(JsonParser json) {
        if (json.nextToken() != null) {
            throw new UnusableAnswerException("a line of its answer has more than one document");
        }
    }

    /** The name of an object's first member, on whose value the parser then stands; null when it has none. */
    static String first(JsonParser json) {
        require(json, JsonToken.START_OBJECT);
        return next(json);
    }

    /** The name of the next member, on whose value the parser then stands; null at the end of the object. */
    static String next(JsonParser json) {
        String name = json.nextName();
        if (name != null) {
            json.nextToken();
        }
        return name;
    }

    private static void require(JsonParser json, JsonToken token) {
        if (json.currentToken() != token) {
            throw new UnusableAnswerException("its answer has " + json.currentToken() + " where " + token + " belongs");
        }
    }
}

package io.quipu.collector.intake;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.Window;
import io.quipu.common.web.Violations;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads single values of a usage document. Each method takes the value that the parser stands on, whole, whatever it is, and
 * answers null after noting a violation. Numbers are read from their text, so that none is ever expanded or rounded
 * before it is known to be within bounds.
 */
final class FieldReader {

    /** Characters that an id may have. */
    static final int MAX_ID_LENGTH = 1_024;

    /** Beyond this exponent, either way, no number is within the bounds of {@link Decimals}. */
    private static final int MAX_EXPONENT_DIGITS = 3;

    /** Characters of an integer that surely fits a {@code long}. */
    private static final int MAX_SHORT_LENGTH = 18;

    private static final Pattern DECIMAL =
            Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?0*([0-9]+))?");

    private final JsonParser json;

    FieldReader(JsonParser json) {
        this.json = json;
    }

    /** An id, or another short string; {@code mayBeEmpty} says which. */
    String text(String field, boolean mayBeEmpty, Violations violations) {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            violations.add(field, "type", field + " must be a string, not " + skip());
            return null;
        }
        String text = json.getString();
        if (text.isEmpty() && !mayBeEmpty) {
            violations.add(field, "min_length", field + " must not be empty");
            return null;
        }
        int length = text.codePointCount(0, text.length());
        if (length > MAX_ID_LENGTH) {
            violations.add(field, "max_length", field + " has " + length + " characters, at most " + MAX_ID_LENGTH
                    + " are allowed");
            return null;
        }
        if (Text.unfit(text)) {
            violations.add(field, "characters", field + " has a control character or half a surrogate pair");
            return null;
        }
        return text;
    }

    /** A time in milliseconds since the epoch, within the supported times. */
    Long time(String field, Violations violations) {
        if (!number()) {
            violations.add(field, "type", field + " must be an integer (milliseconds since the epoch), not " + skip());
            return null;
        }
        BigDecimal time = shortInteger() ? BigDecimal.valueOf(json.getLongValue()) : decimal(json.getString());
        if (time != null && Decimals.normalize(time).scale() > 0) {
            violations.add(field, "type", field + " must be an integer (milliseconds since the epoch), not a fraction");
            return null;
        }
        if (time == null || time.compareTo(BigDecimal.valueOf(Window.MIN_TIME)) < 0
                || time.compareTo(BigDecimal.valueOf(Window.MAX_TIME)) >= 0) {
            violations.add(field, "range", field + " must be milliseconds since the epoch, at least " + Window.MIN_TIME
                    + " and below " + Window.MAX_TIME);
            return null;
        }
        return time.longValueExact();
    }

    /** A quantity: a JSON number, or a string that holds a decimal, plain or with an exponent. */
    BigDecimal quantity(String field, Violations violations) {
        if (!number() && json.currentToken() != JsonToken.VALUE_STRING) {
            violations.add(field, "type", field + " must be a number or a string that holds one, not " + skip());
            return null;
        }
        String text = json.getString();
        if (text.length() > Decimals.MAX_TEXT_LENGTH) {
            violations.add(field, "max_length", field + " has " + text.length() + " characters, a number may have "
                    + Decimals.MAX_TEXT_LENGTH);
            return null;
        }
        if (!shortInteger() && !DECIMAL.matcher(text).matches()) {
            violations.add(field, "format", field + " must hold a finite decimal such as 12.5 or 1.25e1, not \""
                    + Text.printable(text, 40) + "\"");
            return null;
        }
        BigDecimal quantity = shortInteger() ? BigDecimal.valueOf(json.getLongValue()) : decimal(text);
        if (quantity == null || !Decimals.submittable(quantity)) {
            violations.add(field, "range", field + " may have " + Decimals.MAX_INTEGER_DIGITS
                    + " digits before and " + Decimals.MAX_FRACTION_DIGITS + " after the decimal point");
            return null;
        }
        return quantity;
    }

    /** True or false. */
    Boolean flag(String field, Violations violations) {
        if (json.currentToken() != JsonToken.VALUE_TRUE && json.currentToken() != JsonToken.VALUE_FALSE) {
            violations.add(field, "type", field + " must be true or false, not " + skip());
            return null;
        }
        return json.currentToken() == JsonToken.VALUE_TRUE;
    }

    /** Passes over the value that the parser stands on, and says what it was. */
    String skip() {
        String kind = switch (json.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
        json.skipChildren();
        return kind;
    }

    /** Whether this is what nearly all numbers are: no text is needed to judge them. */
    private boolean shortInteger() {
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getStringLength() <= MAX_SHORT_LENGTH;
    }

    private boolean number() {
        return json.currentToken() == JsonToken.VALUE_NUMBER_INT || json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
    }

    /** The number, or null when its text or its exponent is too long for any number within bounds. */
    private static BigDecimal decimal(String text) {
        if (text.length() > Decimals.MAX_TEXT_LENGTH) {
            return null;
        }
        Matcher matcher = DECIMAL.matcher(text);
        if (!matcher.matches() || matcher.group(1) != null && matcher.group(1).length() > MAX_EXPONENT_DIGITS) {
            return null;
        }
        return new BigDecimal(text);
    }
}

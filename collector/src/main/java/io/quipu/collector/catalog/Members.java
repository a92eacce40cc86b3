package io.quipu.collector.catalog;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.web.Violations;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.StringNode;

/**
 * The members of one JSON object from outside, read by name. Whatever is wrong is noted as a violation and read as
 * absent, never thrown; JSON's null is absent. Not thread-safe.
 */
final class Members {

    /** Characters of a member's name or value that a violation repeats. */
    private static final int SHOWN = 64;

    /** Digits, and at most one point: a number in a string has no exponent. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    private final JsonNode object;
    private final String path;
    private final Violations violations;

    private Members(JsonNode object, String path, Violations violations) {
        this.object = object;
        this.path = path;
        this.violations = violations;
    }

    /** The members of a whole body; empty when it is not an object. */
    static Optional<Members> of(JsonNode body, Violations violations) {
        return of(body, "", violations);
    }

    private static Optional<Members> of(JsonNode node, String path, Violations violations) {
        if (!node.isObject()) {
            violations.add(path, "type", "must be an object");
            return Optional.empty();
        }
        return Optional.of(new Members(node, path, violations));
    }

    /** Names of members, in the order in which messages list them. */
    static Set<String> names(String... names) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(List.of(names)));
    }

    /** Notes every member that is not one of these. */
    void allow(Set<String> names) {
        for (String name : object.propertyNames()) {
            if (!names.contains(name)) {
                note(shown(name), "unknown", "is not a member of this object; known are " + String.join(", ", names));
            }
        }
    }

    /** Notes a violation of a member. */
    void note(String name, String rule, String reason) {
        violations.add(field(name), rule, reason);
    }

    /** Notes that a member is missing, unless it is there. */
    void require(String name) {
        if (absent(name)) {
            note(name, "required", "is missing");
        }
    }

    /** Whether a member is not there, or null. */
    boolean absent(String name) {
        JsonNode member = object.get(name);
        return member == null || member.isNull();
    }

    /** Whether a member is true; or what it is where it is not there. */
    boolean flag(String name, boolean absent) {
        if (absent(name)) {
            return absent;
        }
        JsonNode node = object.get(name);
        if (!node.isBoolean()) {
            note(name, "type", "must be true or false");
            return absent;
        }
        return node.booleanValue();
    }

    /** A string of 1 to {@code max} characters, none of them a control character. */
    Optional<String> text(String name, int max) {
        if (absent(name)) {
            return Optional.empty();
        }
        return checked(object.get(name), name, max);
    }

    /** A string of any length and any characters: the source of an expression, or of what is not one. */
    Optional<String> source(String name) {
        if (absent(name)) {
            return Optional.empty();
        }
        JsonNode node = object.get(name);
        if (!node.isString()) {
            note(name, "type", "must be a string");
            return Optional.empty();
        }
        return Optional.of(node.stringValue());
    }

    private Optional<String> checked(JsonNode node, String name, int max) {
        if (!node.isString()) {
            note(name, "type", "must be a string");
            return Optional.empty();
        }
        String text = node.stringValue();
        if (text.isBlank()) {
            note(name, "min_length", "must not be blank");
        } else if (text.length() > max) {
            note(name, "max_length", "has " + text.length() + " characters; at most " + max + " are allowed");
        } else if (!printable(text)) {
            note(name, "characters", "has a control character or half of a surrogate pair");
        } else {
            return Optional.of(text);
        }
        return Optional.empty();
    }

    /** A string that can be an id: as {@link #text}, and a path can name it. */
    Optional<String> id(String name, int max) {
        return text(name, max).filter(id -> addressable(name, id));
    }

    private boolean addressable(String name, String id) {
        if (id.equals(".") || id.equals("..")) {
            note(name, "characters", "must not be . or .., since no path could name it");
            return false;
        }
        return true;
    }

    /** An array of different ids. */
    List<String> ids(String name, int maxLength, int maxElements) {
        List<String> ids = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode element : elements(name, 0, maxElements)) {
            String place = name + "[" + index + "]";
            Optional<String> id = checked(element, place, maxLength).filter(text -> addressable(place, text));
            if (id.isPresent() && !seen.add(id.get())) {
                note(place, "duplicate", "is listed more than once");
            }
            id.ifPresent(ids::add);
            index++;
        }
        return ids;
    }

    /** A number, or a string of digits with at most one point, within the bounds of submitted quantities. */
    Optional<BigDecimal> decimal(String name) {
        if (absent(name)) {
            return Optional.empty();
        }
        JsonNode node = object.get(name);
        BigDecimal number;
        if (node.isNumber()) {
            number = node.decimalValue();
        } else if (node.isString() && node.stringValue().length() <= Decimals.MAX_TEXT_LENGTH
                && DECIMAL.matcher(node.stringValue()).matches()) {
            number = new BigDecimal(node.stringValue());
        } else {
            note(name, "type", "must be a number, or a string of at most " + Decimals.MAX_TEXT_LENGTH
                    + " digits with at most one point");
            return Optional.empty();
        }
        // a zero with a huge exponent is a small number and a long document
        if (Math.abs((long) number.scale()) > Decimals.MAX_TEXT_LENGTH || !Decimals.submittable(number)) {
            note(name, "out_of_bounds", "must have at most " + Decimals.MAX_INTEGER_DIGITS + " digits before the point and "
                    + Decimals.MAX_FRACTION_DIGITS + " after it");
            return Optional.empty();
        }
        return Optional.of(number);
    }

    /** A number that is not negative. */
    Optional<BigDecimal> amount(String name) {
        Optional<BigDecimal> amount = decimal(name);
        if (amount.isPresent() && amount.get().signum() < 0) {
            note(name, "minimum", "must be 0 or more");
            return Optional.empty();
        }
        return amount;
    }

    /** A number above zero. */
    Optional<BigDecimal> positive(String name) {
        Optional<BigDecimal> number = decimal(name);
        if (number.isPresent() && number.get().signum() <= 0) {
            note(name, "minimum", "must be more than 0");
            return Optional.empty();
        }
        return number;
    }

    /** An array of objects; those elements that are none are noted and left out. */
    List<Members> objects(String name, int min, int max) {
        List<Members> objects = new ArrayList<>();
        int index = 0;
        for (JsonNode element : elements(name, min, max)) {
            of(element, field(name) + "[" + index + "]", violations).ifPresent(objects::add);
            index++;
        }
        return objects;
    }

    private List<JsonNode> elements(String name, int min, int max) {
        if (absent(name)) {
            return List.of();
        }
        JsonNode node = object.get(name);
        if (!node.isArray()) {
            note(name, "type", "must be an array");
            return List.of();
        }
        if (node.size() < min || node.size() > max) {
            note(name, node.size() < min ? "min_items" : "max_items", "has " + node.size() + " elements; " + min + " to "
                    + max + " are allowed");
            return List.of();
        }
        return List.copyOf(node.values());
    }

    private String field(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * Ends the request when an id that stands in a path is none.
     *
     * @throws io.quipu.common.web.Problem 400 {@code invalid}
     */
    static void checkIdOrThrow(String field, String id) {
        Violations violations = new Violations();
        Members members = new Members(MissingNode.getInstance(), "", violations);
        members.checked(StringNode.valueOf(id), field, PlanDefinition.MAX_ID_LENGTH)
                .ifPresent(text -> members.addressable(field, text));
        violations.orThrow("The id is not valid");
    }

    /** The beginning of a text from outside, fit for a message. */
    static String shown(String text) {
        String fit = printable(text) ? text : "?";
        return fit.length() <= SHOWN ? fit : fit.substring(0, fit.offsetByCodePoints(0, SHOWN / 2)) + "…";
    }

    private static boolean printable(String text) {
        return text.codePoints().noneMatch(c -> Character.isISOControl(c)
                || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}

package io.quipu.collector.intake;

import io.quipu.common.web.Violations;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/**
 * Reads the members of one object, one after the other: {@link #next} names the next one, then one of the other methods takes
 * its value. Members that are there twice, do not belong or are missing are noted as violations. Not thread-safe.
 */
final class MemberReader {

    /** Characters of a name from outside that a violation repeats. */
    static final int SHOWN_NAME = 64;

    private final JsonParser json;
    private final FieldReader fields;
    private final String path;
    private final Violations violations;
    private final Set<String> seen = new HashSet<>();

    /**
     * The members of the object that the parser stands at the start of.
     *
     * @param path what stands before a member's name in a violation: empty, or ending in a dot
     */
    MemberReader(JsonParser json, String path, Violations violations) {
        this.json = json;
        this.fields = new FieldReader(json);
        this.path = path;
        this.violations = violations;
    }

    /** The name of the next member, at whose value the parser stands now; null behind the last one. */
    String next() {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            TokenStreamLocation where = json.currentTokenLocation();
            json.nextToken();
            if (seen.add(name)) {
                return name;
            }
            violations.add(field(name), "duplicate", "the member is there twice, again at line " + where.getLineNr()
                    + ", column " + where.getColumnNr());
            json.skipChildren();
        }
        return null;
    }

    /** See {@link FieldReader#text}. */
    String text(String name, boolean mayBeEmpty) {
        return fields.text(path + name, mayBeEmpty, violations);
    }

    /** See {@link FieldReader#time}. */
    Long time(String name) {
        return fields.time(path + name, violations);
    }

    /** See {@link FieldReader#quantity}. */
    BigDecimal quantity(String name) {
        return fields.quantity(path + name, violations);
    }

    /** See {@link FieldReader#flag}. */
    Boolean flag(String name) {
        return fields.flag(path + name, violations);
    }

    /** Passes over a member that does not belong. */
    void unknown(String name) {
        refuse(name, "unknown", "there is no such member");
    }

    /** Passes over a member that must not be there. */
    void refuse(String name, String rule, String reason) {
        fields.skip();
        violations.add(field(name), rule, reason);
    }

    /** Notes which of these were not there. */
    void require(List<String> names) {
        for (String name : names) {
            if (!seen.contains(name)) {
                violations.add(path + name, "required", path + name + " is missing");
            }
        }
    }

    private String field(String name) {
        return path + Text.printable(name, SHOWN_NAME);
    }
}

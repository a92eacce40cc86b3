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
 * its value. Members that are there twice, do not belong or are missing are noted as violations, and so are too many; what is kept
 * of them is bounded. Not thread-safe.
 */
final class MemberReader {

    /** Members of one object that are read; what follows is passed over. */
    static final int MAX_MEMBERS = 1_000;

    /** Characters of a name from outside that a violation repeats; a longer one belongs nowhere. */
    static final int SHOWN_NAME = 64;

    private final JsonParser json;
    private final FieldReader fields;
    private final String path;
    private final Violations violations;
    private final Set<String> seen = new HashSet<>();
    private int read;
    private boolean tooMany;
    private boolean ahead;

    /**
     * The members of the object that the parser stands at the start of, or at the token that follows it.
     *
     * @param path what stands before a member's name in a violation: empty, or ending in a dot
     */
    MemberReader(JsonParser json, String path, Violations violations) {
        this.json = json;
        this.fields = new FieldReader(json);
        this.path = path;
        this.violations = violations;
        this.ahead = json.currentToken() != JsonToken.START_OBJECT;
    }

    /** The name of the next member, at whose value the parser stands now; null behind the last one that is read. */
    String next() {
        while (nextToken() != JsonToken.END_OBJECT) {
            if (read++ == MAX_MEMBERS) {
                passOverTheRest();
                return null;
            }
            String name = json.currentName();
            TokenStreamLocation where = json.currentTokenLocation();
            json.nextToken();
            // long names may come in numbers that do not fit the memory: each of them is unknown, whether or not it was seen
            if (name.length() > SHOWN_NAME || seen.add(name)) {
                return name;
            }
            violations.add(field(name), "duplicate", "the member is there twice, again at line " + where.getLineNr()
                    + ", column " + where.getColumnNr());
            json.skipChildren();
        }
        return null;
    }

    private JsonToken nextToken() {
        if (ahead) {
            ahead = false;
            return json.currentToken();
        }
        return json.nextToken();
    }

    private void passOverTheRest() {
        tooMany = true;
        String object = path.isEmpty() ? "" : path.substring(0, path.length() - 1);
        violations.first(object, "max_members", (object.isEmpty() ? "the document" : object) + " has more than " + MAX_MEMBERS
                + " members");
        do {
            json.nextToken();
            json.skipChildren();
        } while (json.nextToken() != JsonToken.END_OBJECT);
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

    /** Passes over a member that says nothing. */
    void passOver() {
        fields.skip();
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

    /** Notes which of these were not there; nothing when there were more members than were read: they may be among those. */
    void require(List<String> names) {
        if (tooMany) {
            return;
        }
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

package io.quipu.common.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An answer that is not what the caller hoped for: status, stable code, a sentence, and all violations. Becomes an
 * {@code application/problem+json} document in {@link ProblemHandler}, in one place.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<Violation> violations;
    private final transient Duration retryAfter;
    private final transient Map<String, String> members;

    private Problem(int status, String code, String detail, List<Violation> violations, Duration retryAfter,
            Map<String, String> members) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.violations = violations;
        this.retryAfter = retryAfter;
        this.members = members;
    }

    /**
     * A problem.
     *
     * @param status the HTTP status
     * @param code stable and machine-readable
     * @param detail a sentence for people
     */
    public static Problem of(int status, String code, String detail) {
        return new Problem(status, code, detail, List.of(), null, Map.of());
    }

    /** The caller may try again: 503 with {@code Retry-After}. */
    public static Problem unavailable(String code, String detail, Duration retryAfter) {
        return new Problem(503, code, detail, List.of(), retryAfter, Map.of());
    }

    /** The same, listing violations. */
    public Problem with(List<Violation> list) {
        return new Problem(status, code, getMessage(), List.copyOf(list), retryAfter, members);
    }

    /** The same with one more member, such as {@code location}. */
    public Problem with(String member, String value) {
        Map<String, String> extended = new TreeMap<>(members);
        extended.put(member, value);
        return new Problem(status, code, getMessage(), violations, retryAfter, extended);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** All violations. */
    public List<Violation> violations() {
        return violations;
    }

    /** When to try again. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Further members of the document. */
    public Map<String, String> members() {
        return members;
    }
}

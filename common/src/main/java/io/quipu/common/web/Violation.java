package io.quipu.common.web;

/**
 * One thing that is wrong with an input.
 *
 * @param field the path of the member, such as {@code measured_usage[0].quantity}; empty for the document as a whole
 * @param rule the rule it breaks, stable and machine-readable, such as {@code required} or {@code max_length}
 * @param reason a sentence for people, with the limit
 */
public record Violation(String field, String rule, String reason) {
}

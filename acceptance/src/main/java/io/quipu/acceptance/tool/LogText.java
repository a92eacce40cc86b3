package io.quipu.acceptance.tool;

import io.quipu.common.wire.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Makes a line of a service's log readable: time, level, logger, message, fields, stack trace. What is no JSON stays as it is. */
final class LogText {

    /** Members that every line has; the others are fields of that line. */
    private static final Set<String> USUAL = Set.of("@timestamp", "log", "process", "service", "message", "error", "ecs");

    private final DateTimeFormatter time;

    /** Times are shown in that zone. */
    LogText(ZoneId zone) {
        this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(zone);
    }

    String of(String line) {
        JsonNode entry;
        try {
            entry = line.startsWith("{") ? Json.shared().readTree(line) : null;
        } catch (JacksonException e) {
            entry = null;
        }
        if (entry == null || !entry.path("message").isString() || !entry.at("/log/level").isString()) {
            return line;
        }
        StringBuilder text = new StringBuilder(time(entry.path("@timestamp").asString("")));
        String logger = entry.at("/log/logger").asString("");
        text.append(String.format(" %-5s ", entry.at("/log/level").asString(""))).append(logger.substring(logger.lastIndexOf('.') + 1))
                .append(": ").append(entry.path("message").asString(""));
        entry.properties().stream().filter(member -> !USUAL.contains(member.getKey()))
                .forEach(member -> text.append(' ').append(member.getKey()).append('=').append(member.getValue().asString("")));
        String trace = entry.at("/error/stack_trace").asString("");
        return trace.isEmpty() ? text.toString() : text.append(System.lineSeparator()).append(trace.stripTrailing()).toString();
    }

    private String time(String timestamp) {
        try {
            return time.format(Instant.parse(timestamp));
        } catch (DateTimeParseException e) {
            return timestamp;
        }
    }
}

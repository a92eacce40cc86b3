package io.quipu.acceptance.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;

/**
 * A request with one usage (or event) or an array of them, built once; for each sending only digits are overwritten, so a document costs
 * the load generator nearly nothing. Of one thread.
 */
final class UsageTemplate {

    private static final int TIME_DIGITS = 13;
    private static final int NAME_DIGITS = 6;
    private static final int SERIAL_DIGITS = 10;
    /** A usage lasts a second. */
    private static final long LENGTH = 1_000;

    private final Traffic traffic;
    private final int batch;
    private final byte[] request;
    private final int bodyStart;
    private final int first;
    private final int length;
    /** Negative in an event, which has none. */
    private final int start;
    private final int end;
    private final int organization;
    private final int space;
    private final int consumer;
    private final int instance;
    private final int dedup;
    private final int serial;

    /**
     * A template of requests to the collector at a port of this machine.
     *
     * @param batch how many usages one request has; 1 for a document without an array
     */
    UsageTemplate(Traffic traffic, int port, int batch) {
        this.traffic = traffic;
        this.batch = batch;
        Traffic.Shape shape = traffic.shape();
        String times = "0".repeat(TIME_DIGITS);
        String names = "0".repeat(NAME_DIGITS);
        String serials = "0".repeat(SERIAL_DIGITS);
        Text text = new Text();
        Form form = shape.offer().form();
        text.add("{");
        start = form.event() ? -1 : text.add("\"start\":", times, ",");
        end = text.add(form.event() ? "\"timestamp\":" : "\"end\":", times, "");
        text.add(",\"organization_id\":\"" + shape.name() + "-");
        organization = text.add(names);
        text.add("\",\"space_id\":\"space-");
        space = text.add(names);
        text.add("\",\"consumer_id\":\"app:");
        consumer = text.add(names);
        text.add("\",\"resource_id\":\"" + shape.offer().resource() + "\",\"plan_id\":\"" + shape.offer().plan()
                + "\",\"resource_instance_id\":\"instance-");
        instance = text.add(names);
        dedup = text.add(form.event() ? "\",\"id\":\"" : "\",\"dedup_id\":\"", serials, "\",\"measured_usage\":[");
        text.add(form == Form.STORAGE ? "{\"measure\":\"storage\",\"quantity\":1073741824}," : "");
        serial = text.add("{\"measure\":\"" + form.measure() + "\",\"quantity\":", serials, "}");
        text.add(form == Form.STORAGE ? ",{\"measure\":\"heavy_api_calls\",\"quantity\":1}]}" : "]}");
        length = text.length();
        String body = batch == 1 ? text.toString() : "[" + String.join(",", Collections.nCopies(batch,
                text.toString())) + "]";
        String head = "POST " + form.path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        bodyStart = head.length();
        first = bodyStart + (batch == 1 ? 0 : 1);
        request = (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes of one document. */
    int documentLength() {
        return length;
    }

    /**
     * The whole request, head and body, with that serial number and the ones after it; valid until the next call.
     *
     * @param now in milliseconds
     */
    byte[] request(long firstSerial, long now) {
        for (int i = 0; i < batch; i++) {
            // a comma between two
            int at = first + i * (length + 1);
            long number = firstSerial + i;
            long consumerNumber = traffic.consumerOf(number);
            long ends = traffic.shape().times().of(number, now);
            if (start >= 0) {
                digits(ends - LENGTH, at + start, TIME_DIGITS);
            }
            digits(ends, at + end, TIME_DIGITS);
            digits(traffic.organizationOf(number), at + organization, NAME_DIGITS);
            digits(traffic.spaceOf(number), at + space, NAME_DIGITS);
            digits(consumerNumber, at + consumer, NAME_DIGITS);
            digits(consumerNumber, at + instance, NAME_DIGITS);
            digits(number, at + dedup, SERIAL_DIGITS);
            digits(traffic.shape().offer().form().quantity(number), at + serial, SERIAL_DIGITS);
        }
        return request;
    }

    /** The body by itself, a copy. */
    byte[] body(long firstSerial, long now) {
        request(firstSerial, now);
        return Arrays.copyOfRange(request, bodyStart, request.length);
    }

    private void digits(long number, int at, int width) {
        long rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            request[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Text in which each part knows where it begins. */
    private static final class Text {

        private final StringBuilder text = new StringBuilder();

        int add(String part) {
            int at = text.length();
            text.append(part);
            return at;
        }

        /** A part in the midst of others; answers where it begins. */
        int add(String before, String part, String after) {
            add(before);
            int at = add(part);
            add(after);
            return at;
        }

        int length() {
            return text.length();
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}

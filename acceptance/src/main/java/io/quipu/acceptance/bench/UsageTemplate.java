package io.quipu.acceptance.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;

/**
 * A request with one usage or an array of them, built once; for each sending only digits are overwritten, so a document costs
 * the load generator nearly nothing. Of one thread.
 */
final class UsageTemplate {

    /** The quantity that a serial number becomes is as much larger, so that it has the same number of digits for all. */
    static final long FIRST_QUANTITY = 1_000_000_000L;

    static final String PATH = "/v1/metering/collected/usage";

    private static final String START = "\"start\":";
    private static final String END = "\"end\":";
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
        text.add("{" + START);
        start = text.add(times);
        text.add("," + END);
        end = text.add(times);
        text.add(",\"organization_id\":\"" + shape.name() + "-");
        organization = text.add(names);
        text.add("\",\"space_id\":\"space-");
        space = text.add(names);
        text.add("\",\"consumer_id\":\"app:");
        consumer = text.add(names);
        text.add("\",\"resource_id\":\"" + shape.offer().resource() + "\",\"plan_id\":\"" + shape.offer().plan()
                + "\",\"resource_instance_id\":\"instance-");
        instance = text.add(names);
        text.add("\",\"dedup_id\":\"");
        dedup = text.add(serials);
        text.add("\",\"measured_usage\":[{\"measure\":\"" + Offer.MEASURES[0] + "\",\"quantity\":1073741824},{\"measure\":\""
                + Offer.MEASURES[1] + "\",\"quantity\":");
        serial = text.add(serials);
        text.add("},{\"measure\":\"" + Offer.MEASURES[2] + "\",\"quantity\":1}]}");
        length = text.length();
        String body = batch == 1 ? text.toString() : "[" + String.join(",", Collections.nCopies(batch,
                text.toString())) + "]";
        String head = "POST " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
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
        long ends = traffic.shape().end() == 0 ? now : traffic.shape().end();
        for (int i = 0; i < batch; i++) {
            // a comma between two
            int at = first + i * (length + 1);
            long number = firstSerial + i;
            long consumerNumber = traffic.consumerOf(number);
            digits(ends - LENGTH, at + start, TIME_DIGITS);
            digits(ends, at + end, TIME_DIGITS);
            digits(traffic.organizationOf(number), at + organization, NAME_DIGITS);
            digits(traffic.spaceOf(number), at + space, NAME_DIGITS);
            digits(consumerNumber, at + consumer, NAME_DIGITS);
            digits(consumerNumber, at + instance, NAME_DIGITS);
            digits(number, at + dedup, SERIAL_DIGITS);
            digits(FIRST_QUANTITY + number, at + serial, SERIAL_DIGITS);
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

        int length() {
            return text.length();
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}

package io.quipu.common.service;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.Encoding;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/**
 * Sends spans to Zipkin; what it cannot take is dropped, and said once, until it takes spans again. Used by one thread.
 */
final class ZipkinSender extends BytesMessageSender.Base {

    private static final Logger LOG = LoggerFactory.getLogger(ZipkinSender.class);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(5);

    private final URI endpoint;
    private final URLConnectionSender sender;
    private boolean failing;

    ZipkinSender(URI endpoint) {
        super(Encoding.JSON);
        this.endpoint = endpoint;
        this.sender = URLConnectionSender.newBuilder().endpoint(endpoint.toString())
                .connectTimeout((int) CONNECT.toMillis()).readTimeout((int) READ.toMillis()).build();
    }

    @Override
    public int messageMaxBytes() {
        return sender.messageMaxBytes();
    }

    @Override
    public void send(List<byte[]> spans) {
        try {
            sender.send(spans);
            if (failing) {
                failing = false;
                LOG.info("Zipkin takes spans again");
            }
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.warn("Zipkin at {} takes no spans, they are dropped until it does: {}", endpoint, e.toString());
            }
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}

package io.quipu.common.service.binding;

import io.pivotal.cfenv.core.CfService;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The credentials of a bound Couchbase service as properties: brokers and operators spell their fields in several ways. An
 * address may be a connection string, with or without user, password and bucket in it, or a list of hosts.
 */
final class CouchbaseCredentials {

    static final String CONNECTION = "spring.couchbase.connection-string";
    static final String USER = "spring.couchbase.username";
    static final String PASSWORD = "spring.couchbase.password";

    private static final String BUNDLE = "quipu-couchbase";
    private static final String TLS = "couchbases";
    private static final Set<String> SCHEMES = Set.of("couchbase", TLS);

    /** The spellings of each property that is needed; the first is the one that we recommend. */
    static final Map<String, List<String>> NEEDED = Map.of(
            CONNECTION, List.of("connection_string", "connectionString", "connection-string", "uri", "url", "hosts", "nodes",
                    "host", "hostname"),
            USER, List.of("username", "user"),
            PASSWORD, List.of("password"));

    private static final Map<String, List<String>> OPTIONAL = Map.of(
            "quipu.couchbase.bucket", List.of("bucket", "bucket_name", "bucketName", "name"),
            "quipu.couchbase.scope", List.of("scope", "scope_name", "scopeName"),
            "quipu.couchbase.collection", List.of("collection", "collection_name", "collectionName"));

    private static final List<String> ENCRYPTED = List.of("tls", "ssl", "tls_enabled", "ssl_enabled");
    private static final List<String> AUTHORITY = List.of("ca", "ca_cert", "ca_certificate", "cacert", "certificate");

    private final String service;
    private final Map<?, ?> fields;
    private final Map<String, String> properties = new LinkedHashMap<>();

    private CouchbaseCredentials(CfService service) {
        this.service = String.valueOf(service.getName());
        this.fields = BoundServices.credentials(service);
    }

    /**
     * The properties that a service's credentials come to; those that are not in it are left out.
     *
     * @throws BindingException its address is of a kind that we do not know
     */
    static Map<String, String> of(CfService service) {
        return new CouchbaseCredentials(service).read();
    }

    private Map<String, String> read() {
        NEEDED.forEach(this::put);
        OPTIONAL.forEach(this::put);
        boolean encrypted = ENCRYPTED.stream().anyMatch(field -> Boolean.parseBoolean(text(field)));
        String address = properties.get(CONNECTION);
        if (address != null) {
            encrypted |= address(address);
        }
        if (encrypted) {
            properties.put("spring.couchbase.env.ssl.enabled", "true");
            String authority = first(AUTHORITY);
            if (authority.contains("BEGIN CERTIFICATE")) {
                properties.put("spring.ssl.bundle.pem." + BUNDLE + ".truststore.certificate", authority);
                properties.put("spring.couchbase.env.ssl.bundle", BUNDLE);
            }
        }
        return properties;
    }

    /** Takes an address apart; whether it asks for encryption. */
    private boolean address(String address) {
        int colon = address.indexOf("://");
        String scheme = colon < 0 ? "couchbase" : address.substring(0, colon);
        if (!SCHEMES.contains(scheme)) {
            throw new BindingException("the address of the bound service " + service + " begins with " + scheme
                    + "://, which is not the way to its data",
                    "Give it a connection string such as couchbase://host1,host2 or couchbases://host.");
        }
        String rest = colon < 0 ? address : address.substring(colon + "://".length());
        int query = rest.indexOf('?');
        String parameters = query < 0 ? "" : rest.substring(query);
        rest = query < 0 ? rest : rest.substring(0, query);
        int at = rest.lastIndexOf('@');
        if (at >= 0) {
            String[] user = rest.substring(0, at).split(":", 2);
            properties.putIfAbsent(USER, decoded(user[0]));
            if (user.length > 1) {
                properties.putIfAbsent(PASSWORD, decoded(user[1]));
            }
            rest = rest.substring(at + 1);
        }
        int slash = rest.indexOf('/');
        if (slash >= 0) {
            if (slash < rest.length() - 1) {
                properties.putIfAbsent("quipu.couchbase.bucket", decoded(rest.substring(slash + 1)));
            }
            rest = rest.substring(0, slash);
        }
        properties.put(CONNECTION, scheme + "://" + rest + parameters);
        return scheme.equals(TLS);
    }

    /** A plus is a plus, not a blank, in this part of an address. */
    private String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BindingException("the address of the bound service " + service + " is not encoded as addresses are",
                    "Encode what is special in its user and password by %, or give them in fields of their own.");
        }
    }

    private void put(String property, List<String> spellings) {
        String value = first(spellings);
        if (!value.isEmpty()) {
            properties.put(property, value);
        }
    }

    private String first(List<String> spellings) {
        return spellings.stream().map(this::text).filter(text -> !text.isBlank()).findFirst().orElse("");
    }

    private String text(String field) {
        Object value = fields.get(field);
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return value == null || value instanceof Map ? "" : value.toString();
    }
}

package io.quipu.collector.scaling;

import io.pivotal.cfenv.core.CfService;
import io.quipu.common.service.binding.BoundServices;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The App Autoscaler that is bound to this application. It takes what an application reports of itself by user and password where the
 * binding has them, and otherwise by the certificate that Cloud Foundry gives each instance; of another application only by that.
 *
 * @param application the GUID of this application
 * @param instance the index of this instance
 * @param url where user and password are taken; null without them
 * @param user of this application
 * @param password of this application
 * @param certifiedUrl where certificates are taken; null where there is none
 * @param certificate the file of this instance's certificate; Cloud Foundry writes it anew each day
 * @param key the file of its private key
 */
record Autoscaler(String application, int instance, URI url, String user, String password, URI certifiedUrl, Path certificate,
        Path key) {

    private static final String NAME = "autoscaler";

    /** The bound autoscaler that takes metrics; empty where there is none, so not on Cloud Foundry in particular. */
    static Optional<Autoscaler> bound(ConfigurableEnvironment environment) {
        String application = environment.getProperty("vcap.application.application_id", "");
        if (application.isBlank()) {
            return Optional.empty();
        }
        return BoundServices.in(environment).stream().filter(service -> BoundServices.has(service, NAME))
                .map(service -> of(service, application, environment)).flatMap(Optional::stream).findFirst();
    }

    private static Optional<Autoscaler> of(CfService service, String application, ConfigurableEnvironment environment) {
        Map<?, ?> credentials = BoundServices.credentials(service);
        // One that an operator made for a user-provided service has no part for metrics, but is it.
        Map<?, ?> metrics = credentials.get("custom_metrics") instanceof Map<?, ?> map ? map : credentials;
        String user = text(metrics, "username");
        String password = text(metrics, "password");
        String certificate = environment.getProperty("CF_INSTANCE_CERT", "");
        String key = environment.getProperty("CF_INSTANCE_KEY", "");
        boolean known = !user.isEmpty() && !password.isEmpty();
        boolean certified = !certificate.isEmpty() && !key.isEmpty();
        Autoscaler autoscaler = new Autoscaler(application, environment.getProperty("CF_INSTANCE_INDEX", Integer.class, 0),
                known ? uri(text(metrics, "url")) : null, user, password, certified ? uri(text(metrics, "mtls_url")) : null,
                certified ? Path.of(certificate) : null, certified ? Path.of(key) : null);
        return autoscaler.url == null && autoscaler.certifiedUrl == null ? Optional.empty() : Optional.of(autoscaler);
    }

    private static String text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? text.strip() : "";
    }

    /** Null where it is none: then there is nobody to report to. */
    private static URI uri(String text) {
        try {
            URI uri = URI.create(text.replaceFirst("/+$", ""));
            return uri.getHost() == null ? null : uri;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether other applications can be reported of. */
    boolean speaksForOthers() {
        return certifiedUrl != null;
    }

    /** Without what nobody may read in a log. */
    @Override
    public String toString() {
        return "autoscaler at " + (url == null ? certifiedUrl : url);
    }
}

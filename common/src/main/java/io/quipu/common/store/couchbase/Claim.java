package io.quipu.common.store.couchbase;

import com.couchbase.client.core.msg.kv.DurabilityLevel;
import io.quipu.common.store.StoreException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.couchbase.CouchbaseClientFactory;
import org.springframework.data.couchbase.core.CouchbaseTemplate;
import org.springframework.data.couchbase.core.convert.CouchbaseCustomConversions;
import org.springframework.data.couchbase.core.convert.MappingCouchbaseConverter;
import org.springframework.data.couchbase.core.mapping.CouchbaseMappingContext;

/**
 * Sees to it that a collection holds the documents of one service only: whoever comes first leaves its {@linkplain CollectionMark mark},
 * all others must find their own. Two services in one collection would take each other's documents for theirs.
 */
final class Claim {

    private final CouchbaseSettings settings;
    private final Supplier<DurabilityLevel> durability;
    private final CouchbaseTemplate template;
    private volatile boolean held;

    Claim(CouchbaseClientFactory factory, CouchbaseSettings settings, Supplier<DurabilityLevel> durability) {
        this.settings = settings;
        this.durability = durability;
        this.template = template(factory);
    }

    private static CouchbaseTemplate template(CouchbaseClientFactory factory) {
        CouchbaseCustomConversions conversions = new CouchbaseCustomConversions(List.of());
        CouchbaseMappingContext mapping = new CouchbaseMappingContext();
        mapping.setInitialEntitySet(Set.of(CollectionMark.class));
        mapping.setSimpleTypeHolder(conversions.getSimpleTypeHolder());
        mapping.setAutoIndexCreation(false);
        mapping.afterPropertiesSet();
        MappingCouchbaseConverter converter = new MappingCouchbaseConverter(mapping);
        converter.setCustomConversions(conversions);
        converter.afterPropertiesSet();
        return new CouchbaseTemplate(factory, converter);
    }

    /** Whether the collection is known to be this service's. */
    boolean held() {
        return held;
    }

    /**
     * Reads the mark, and leaves it where there is none.
     *
     * @throws ForeignCollectionException when it is another's
     * @throws StoreException when the cluster cannot say now
     */
    void check() {
        CollectionMark mark;
        try {
            mark = read();
            if (mark == null) {
                leave();
                mark = read();
            }
        } catch (RuntimeException e) {
            throw new StoreException(Failures.describe(e), e);
        }
        if (mark == null) {
            throw new StoreException("the mark of the collection cannot be read back");
        }
        if (!settings.service().equals(mark.service())) {
            throw new ForeignCollectionException(settings.place() + ", holds the documents of the service " + mark.service() + " and not of "
                    + settings.service() + ". Each service needs a collection of its own: set quipu.couchbase.collection, or"
                    + " quipu.couchbase.scope or quipu.couchbase.bucket, to one that no other service uses");
        }
        if (mark.format() > CollectionMark.FORMAT) {
            throw new ForeignCollectionException(settings.place() + ", was written by a newer Quipu: its format is " + mark.format()
                    + ", this one knows " + CollectionMark.FORMAT + ". Start the newer one, or another collection");
        }
        held = true;
    }

    private CollectionMark read() {
        return template.findById(CollectionMark.class).inCollection(settings.collection()).one(CollectionMark.KEY);
    }

    private void leave() {
        try {
            template.insertById(CollectionMark.class).withDurability(durability.get()).inCollection(settings.collection())
                    .one(new CollectionMark(CollectionMark.KEY, settings.service(), CollectionMark.FORMAT));
        } catch (DuplicateKeyException e) {
            // another instance, or another service, was faster: see which
        }
    }
}

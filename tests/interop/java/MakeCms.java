/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuerSerial;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationStore;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Makes CMS signatures with BouncyCastle. Reads lines of fields between tabs:
 * OUT, CONTENT, KINDS (words with commas), and for each signer NAME (of
 * NAME.key and NAME.pem) and ALGORITHM as Java names it. Kinds: detached,
 * attached, stream (indefinite lengths, content in pieces), der, cades
 * (signing-certificate-v2), noattr, ski (subjectKeyIdentifier), nocert,
 * counter (the second signer signs the first one's signature).
 */
public final class MakeCms {
	private final String out;
	private final byte[] content;
	private final List<String> kinds;
	private final List<SignerInfoGenerator> signers = new ArrayList<>();
	private final List<X509CertificateHolder> certs = new ArrayList<>();

	public static void main(String[] args) throws Exception {
		Security.addProvider(new BouncyCastleProvider());
		BufferedReader in = new BufferedReader(
		    new InputStreamReader(System.in, "UTF-8"));
		for (String line = in.readLine(); line != null;
		     line = in.readLine()) {
			String[] fields = line.split("\t");
			try {
				new MakeCms(fields).make();
			} catch (Exception e) {
				System.out.println(fields[0] + " " + e);
			}
		}
	}

	private MakeCms(String[] fields) throws Exception {
		out = fields[0];
		content = Files.readAllBytes(Paths.get(fields[1]));
		kinds = Arrays.asList(fields[2].split(","));
		for (int i = 3; i + 1 < fields.length; i += 2)
			addSigner(fields[i], fields[i + 1]);
	}

	private void addSigner(String name, String alg) throws Exception {
		X509CertificateHolder cert = Keys.cert(name + ".pem");
		ContentSigner signer = new JcaContentSignerBuilder(alg)
		    .setProvider("BC").build(Keys.privateKey(name + ".key"));
		SignerInfoGeneratorBuilder builder =
		    new SignerInfoGeneratorBuilder(
			new JcaDigestCalculatorProviderBuilder()
			    .setProvider("BC").build());
		if (kinds.contains("cades"))
			builder.setSignedAttributeGenerator(
			    new DefaultSignedAttributeTableGenerator(
				signingCertificate(cert)));
		if (kinds.contains("noattr"))
			builder.setDirectSignature(true);
		signers.add(kinds.contains("ski") ?
		    builder.build(signer, subjectKey(cert)) :
		    builder.build(signer, cert));
		certs.add(cert);
	}

	private static byte[] subjectKey(X509CertificateHolder cert) {
		return SubjectKeyIdentifier.fromExtensions(cert.getExtensions())
		    .getKeyIdentifier();
	}

	private static AttributeTable signingCertificate(
	    X509CertificateHolder cert) throws Exception {
		byte[] hash = MessageDigest.getInstance("SHA-256", "BC").digest(
		    cert.getEncoded());
		ESSCertIDv2 id = new ESSCertIDv2(null, hash, new IssuerSerial(
		    new GeneralNames(new GeneralName(cert.getIssuer())),
		    cert.getSerialNumber()));
		ASN1EncodableVector attrs = new ASN1EncodableVector();
		attrs.add(new Attribute(
		    PKCSObjectIdentifiers.id_aa_signingCertificateV2,
		    new DERSet(new SigningCertificateV2(id))));
		return new AttributeTable(attrs);
	}

	private void make() throws Exception {
		byte[] octets;
		if (kinds.contains("stream"))
			octets = stream();
		else if (kinds.contains("counter"))
			octets = counter().getEncoded();
		else
			octets = plain(signers).getEncoded();
		if (kinds.contains("der"))
			octets = new CMSSignedData(octets).toASN1Structure()
			    .getEncoded(ASN1Encoding.DER);
		Files.write(Paths.get(out), octets);
	}

	private CMSSignedData plain(List<SignerInfoGenerator> who)
	    throws Exception {
		CMSSignedDataGenerator gen = new CMSSignedDataGenerator();
		for (SignerInfoGenerator s : who)
			gen.addSignerInfoGenerator(s);
		if (!kinds.contains("nocert"))
			for (X509CertificateHolder c : certs)
				gen.addCertificate(c);
		return gen.generate(new CMSProcessableByteArray(content),
		    !kinds.contains("detached"));
	}

	private CMSSignedData counter() throws Exception {
		CMSSignedData cms = plain(signers.subList(0, 1));
		CMSSignedDataGenerator gen = new CMSSignedDataGenerator();
		gen.addSignerInfoGenerator(signers.get(1));
		SignerInformation first =
		    cms.getSignerInfos().getSigners().iterator().next();
		return CMSSignedData.replaceSigners(cms,
		    new SignerInformationStore(
			SignerInformation.addCounterSigners(
			    first, gen.generateCounterSigners(first))));
	}

	private byte[] stream() throws Exception {
		CMSSignedDataStreamGenerator gen =
		    new CMSSignedDataStreamGenerator();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (SignerInfoGenerator s : signers)
			gen.addSignerInfoGenerator(s);
		for (X509CertificateHolder c : certs)
			gen.addCertificate(c);
		gen.setBufferSize(1000);
		try (OutputStream to = gen.open(
			 bytes, !kinds.contains("detached"))) {
			to.write(content);
		}
		return bytes.toByteArray();
	}
}

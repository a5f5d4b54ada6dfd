/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.Init;
import org.apache.xml.security.signature.ObjectContainer;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.apache.xml.security.utils.XMLUtils;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.w3c.dom.Document;

/**
 * Makes plain XML signatures with Apache Santuario. Reads lines of words: OUT,
 * KIND (enveloped, enveloping, detached), NAME (of NAME.key and NAME.pem),
 * key family, signature method, canonicalisation of the references, and what
 * is signed.
 */
public final class MakeXml {
	private static final String SHA256 =
	    "http://www.w3.org/2001/04/xmlenc#sha256";

	private MakeXml() {
	}

	public static void main(String[] args) throws Exception {
		Init.init();
		Security.addProvider(new BouncyCastleProvider());
		BufferedReader in = new BufferedReader(
		    new InputStreamReader(System.in, "UTF-8"));
		for (String line = in.readLine(); line != null;
		     line = in.readLine())
			make(line.split(" "));
	}

	private static Document parse(String path) throws Exception {
		DocumentBuilderFactory factory =
		    DocumentBuilderFactory.newInstance();
		factory.setNamespaceAware(true);
		if (path == null)
			return factory.newDocumentBuilder().newDocument();
		return factory.newDocumentBuilder().parse(new File(path));
	}

	private static PrivateKey key(String path, String family)
	    throws Exception {
		String pem = new String(Files.readAllBytes(Paths.get(path)))
		    .replaceAll("-----[A-Z ]*-----", "");
		return KeyFactory.getInstance(family).generatePrivate(
		    new PKCS8EncodedKeySpec(
			Base64.getMimeDecoder().decode(pem)));
	}

	private static void make(String[] f) throws Exception {
		boolean inside = f[1].equals("enveloped");
		Document doc = parse(inside ? f[6] : null);
		XMLSignature s = new XMLSignature(doc,
		    new File(f[0]).getAbsoluteFile().toURI().toString(), f[4],
		    "http://www.w3.org/2001/10/xml-exc-c14n#");
		Transforms transforms = new Transforms(doc);
		if (inside)
			doc.getDocumentElement().appendChild(s.getElement());
		else
			doc.appendChild(s.getElement());
		if (f[1].equals("detached")) {
			s.addDocument(f[6], null, SHA256);
		} else if (inside) {
			transforms.addTransform(
			    Transforms.TRANSFORM_ENVELOPED_SIGNATURE);
			transforms.addTransform(f[5]);
			s.addDocument("", transforms, SHA256);
		} else {
			ObjectContainer object = new ObjectContainer(doc);
			object.setId("o");
			object.appendChild(doc.importNode(
			    parse(f[6]).getDocumentElement(), true));
			s.appendObject(object);
			object.getElement().setIdAttribute("Id", true);
			transforms.addTransform(f[5]);
			s.addDocument("#o", transforms, SHA256);
		}
		CertificateFactory certs =
		    CertificateFactory.getInstance("X.509");
		s.addKeyInfo((X509Certificate) certs.generateCertificate(
		    new FileInputStream(f[2] + ".pem")));
		s.sign(key(f[2] + ".key", f[3]));
		try (FileOutputStream out = new FileOutputStream(f[0])) {
			XMLUtils.outputDOM(doc, out);
		}
	}
}
